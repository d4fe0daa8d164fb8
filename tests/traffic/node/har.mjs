// Converts events of the Chrome DevTools Protocol, a JSON array on standard input, to a HAR file.
import { harFromMessages } from "chrome-har";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const events = JSON.parse(Buffer.concat(chunks).toString());
const har = harFromMessages(events, { includeTextFromResponseBody: true });
process.stdout.write(JSON.stringify(har));
