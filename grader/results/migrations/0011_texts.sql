-- Titles and messages are JSON from here on: a string, or a template with its values.
UPDATE questions SET title = json_quote(title);
UPDATE findings SET title = json_quote(title), message = json_quote(message);
