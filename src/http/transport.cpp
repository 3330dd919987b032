#include "http/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

namespace farehook {

Transport::Transport(int socket, TlsSession session) : socket_(socket), session_(std::move(session)) {
  if (!session_ || SSL_set_fd(session_.get(), socket) == 1) return;
  ::close(socket_);
  throw std::bad_alloc();
}

Transport::~Transport() {
  session_.reset();
  ::close(socket_);
}

Transport::Outcome Transport::shake_hands() {
  if (!session_ || SSL_is_init_finished(session_.get()) != 0) return Outcome::done;
  ERR_clear_error();
  const int result = SSL_do_handshake(session_.get());
  if (result == 1) return Outcome::done;
  const unsigned long error = ERR_peek_error();
  const Outcome outcome = outcome_of(result);
  if (outcome == Outcome::ended && BIO_number_read(SSL_get_rbio(session_.get())) > 0)
    handshake_error_ = error;
  return outcome;
}

Transport::Outcome Transport::read(char* into, size_t size, size_t& count) {
  if (session_) {
    ERR_clear_error();
    const int result = SSL_read_ex(session_.get(), into, size, &count);
    return result == 1 ? Outcome::done : outcome_of(result);
  }
  const ssize_t result = ::recv(socket_, into, size, 0);
  if (result < 0) return errno == EAGAIN || errno == EINTR ? Outcome::waits_for_input : Outcome::ended;
  count = static_cast<size_t>(result);
  has_ended_orderly_ = count == 0;
  return count > 0 ? Outcome::done : Outcome::ended;
}

bool Transport::has_part_of_record() const { return session_ && SSL_has_pending(session_.get()) == 1; }

Transport::Outcome Transport::write(std::string_view& text) {
  if (!session_) return write_plain(text);
  while (!text.empty()) {
    ERR_clear_error();
    size_t count = 0;
    const int result = SSL_write_ex(session_.get(), text.data(), text.size(), &count);
    if (result != 1) return outcome_of(result);
    text.remove_prefix(count);
  }
  return Outcome::done;
}

Transport::Outcome Transport::write_plain(std::string_view& text) {
  while (!text.empty()) {
    const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? Outcome::waits_for_output : Outcome::ended;
    written_bytes_ += static_cast<uint64_t>(count);
    text.remove_prefix(static_cast<size_t>(count));
  }
  return Outcome::done;
}

uint64_t Transport::written_bytes() const {
  return session_ ? BIO_number_written(SSL_get_wbio(session_.get())) : written_bytes_;
}

void Transport::finish() {
  if (session_ && SSL_is_init_finished(session_.get()) != 0) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
  }
  ::shutdown(socket_, SHUT_WR);
}

Transport::Outcome Transport::read_past() {
  char scrap[4096];
  for (;;) {
    const ssize_t count = ::recv(socket_, scrap, sizeof scrap, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return Outcome::ended;
    if (count < 0) return Outcome::waits_for_input;
  }
}

Transport::Outcome Transport::outcome_of(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::waits_for_input;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::waits_for_output;
    case SSL_ERROR_ZERO_RETURN:
      has_ended_orderly_ = true;
      return Outcome::ended;
    default:
      // Many servers end the connection, and leave TLS's own end out.
      has_ended_orderly_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
      return Outcome::ended;
  }
}

}  // namespace farehook
