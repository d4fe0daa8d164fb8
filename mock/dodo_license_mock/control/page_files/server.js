// Requests to the mock.
const notice = document.getElementById("notice");

export async function send(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["content-type"] = "application/json";
  }
  const response = await fetch(path, options);
  const content = await response.json();
  if (!response.ok) throw new Error(content.message);
  return content;
}

// Sends a request of the user, and states its outcome.
export async function act(outcome, method, path, body) {
  try {
    await send(method, path, body);
    notice.textContent = outcome;
  } catch (error) {
    notice.textContent = error.message;
  }
}
