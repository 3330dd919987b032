#!/usr/bin/python3
"""Publishes the records on standard input to the durable queue "webhooks", and writes the id of each to a file once
RabbitMQ has confirmed that it is on the disk: rabbitmq-confirm.py AMQP_URL FILE. It needs Debian's python3-pika.
(amqp-publish asks for no confirmation, and cuts lines into pieces of 32 KiB.)"""

import json
import os
import sys

import pika

connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
channel.queue_declare("webhooks", durable=True)
channel.confirm_delivery()
persistent = pika.BasicProperties(content_type="application/json", delivery_mode=2)
for line in sys.stdin.buffer:
    id = json.loads(line)["id"]  # not of half a line
    channel.basic_publish("", "webhooks", line, persistent, mandatory=True)  # raises unless it is confirmed
    with open(sys.argv[2] + ".new", "w") as file:
        file.write(id + "\n")
    os.replace(file.name, sys.argv[2])
connection.close()
