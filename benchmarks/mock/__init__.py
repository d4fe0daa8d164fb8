"""The mock's throughput, CPU time, start time and memory beside other servers."""
