#!/bin/sh
# Publishes what comes to a capture, for ever: rabbitmq-publish.sh CAPTURE [AMQP_URL]
# CAPTURE.published keeps the id of the last record that RabbitMQ has confirmed, and it goes on behind that one: also
# after a crash, and after log rotation has renamed the capture to CAPTURE.1. One listener a capture, one of these.
capture=$1 url=${2:-amqp://127.0.0.1} seen=
while :; do
  now=$(stat -c %i:%s "$capture" 2> /dev/null)
  if [ "$now" != "$seen" ]; then
    after=$(cat "$capture.published" 2> /dev/null)
    set -- "$capture"
    [ ! -e "$capture.1" ] || set -- "$capture.1" "$capture"
    farehook replay --quiet --print ${after:+--after "$after"} "$@" |
      rabbitmq-confirm.py "$url" "$capture.published" && seen=$now
  fi
  sleep 1
done
