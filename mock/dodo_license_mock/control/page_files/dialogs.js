// Dialogs. The browser keeps the focus inside, closes them on Escape and returns the focus.

for (const close of document.querySelectorAll("[data-close]")) {
  close.onclick = () => close.closest("dialog").close();
}

// Submits the form of a dialog; a rejection is shown in it.
export function onSubmit(form, submit) {
  form.onsubmit = async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[role=alert]");
    problem.textContent = "";
    try {
      await submit(form.elements);
      form.closest("dialog").close();
    } catch (error) {
      problem.textContent = error.message;
    }
  };
}

export function open(dialog) {
  const problem = dialog.querySelector("[role=alert]");
  if (problem) problem.textContent = "";
  dialog.showModal();
}

export const numberOrNull = (input) => (input.value === "" ? null : Number(input.value));
export const textOrNull = (input) => input.value.trim() || null;
