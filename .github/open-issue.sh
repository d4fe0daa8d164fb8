#!/usr/bin/env bash
# Open an issue, or comment on the open issue with the same title: open-issue.sh TITLE BODY_FILE
# Requires GH_TOKEN and the environment variables of GitHub Actions.
set -euo pipefail
title=$1
body=$(mktemp)
{
  cat "$2"
  echo
  echo "Run: $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
} >"$body"
number=$(
  gh issue list --repo "$GITHUB_REPOSITORY" --state open --limit 500 --json number,title |
    jq --arg title "$title" 'map(select(.title == $title)) | .[0].number // empty'
)
if [ -n "$number" ]; then
  gh issue comment "$number" --repo "$GITHUB_REPOSITORY" --body-file "$body"
else
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body-file "$body"
fi
