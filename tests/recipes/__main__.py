r"""What README and man page tell people to copy, run: jobs of GitHub and GitLab, questions for jq, nginx in front, a
systemd unit, log rotation, and RabbitMQ behind.

    python3 tests/recipes PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. A check whose tools are not there says so and is skipped; all of them:
apt-get install nginx-light nodejs jq openssl python3-yaml systemd strace logrotate \
    rabbitmq-server amqp-tools python3-pika
"""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))  # the other tests from outside

import events
import receivers

receivers.CHECKS.clear()  # ours are others

import jobs
import questions
import proxy
import service
import pages
import broker

if __name__ == "__main__":
    sys.exit(receivers.main())
