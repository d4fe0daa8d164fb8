#!/usr/bin/env bash
# Run the suite in an image, then its mock until it is healthy: try-image.sh IMAGE
set -euo pipefail
image=$1
docker run --rm --read-only --tmpfs /tmp "$image" dodo-contract
mock=$(docker run --detach --read-only --tmpfs /tmp "$image")
trap 'docker rm --force "$mock" >/dev/null' EXIT
for _ in $(seq 60); do
    health=$(docker inspect --format '{{.State.Health.Status}}' "$mock")
    if [ "$health" = healthy ]; then exit 0; fi
    sleep 1
done
docker logs "$mock"
exit 1
