"""The faulty servers, one module for each area of the API; `narrow_*` have faults for one rule."""
