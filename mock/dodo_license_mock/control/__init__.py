"""Control: the `/_mock/` routes and the page that control the sandbox."""
