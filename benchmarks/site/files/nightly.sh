#!/bin/sh
# Removes what the service no longer needs.
find /srv/bench/data -mtime +30 -type f -delete
