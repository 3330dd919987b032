#!/bin/sh
# Hands each record to the app, for ever, and takes it off the queue once the app has accepted it:
# rabbitmq-consume.sh URL [AMQP_URL]. Run as many as the app can take at once.
export URL="$1"
while :; do
  # amqp-consume keeps what its command failed at to itself until it ends. So it is ended, and another one gets it.
  amqp-consume --url "${2:-amqp://127.0.0.1}" --queue webhooks --prefetch-count 1 -- \
    sh -c 'farehook replay --quiet - --to "$URL" > /dev/null || { kill $PPID; exit 1; }'
  sleep 1
done
