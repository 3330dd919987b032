#include "http/sender.hpp"

#include "http/library.hpp"

namespace farehook {

namespace {

constexpr size_t max_answer_bytes = size_t{64} << 10;

std::string error_word(httplib::Error error, std::chrono::microseconds duration, std::chrono::seconds limit) {
  switch (error) {
    case httplib::Error::Connection:
      return "refused";
    case httplib::Error::ConnectionTimeout:
      return "timeout";
    default:
      return duration >= limit ? "timeout" : "closed";
  }
}

}  // namespace

class Sender::Client {
 public:
  Client(const std::string& host, int port, std::string path) : path_(std::move(path)), client_(host, port) {
    client_.set_tcp_nodelay(true);
    client_.set_keep_alive(true);
    client_.set_follow_location(false);
    client_.set_decompress(false);
    client_.set_connection_timeout(5, 0);
    client_.set_read_timeout(answer_limit.count(), 0);
    client_.set_write_timeout(5, 0);
  }

  Attempt post(const std::string& body) {
    httplib::Request request;
    request.method = "POST";
    request.path = path_;
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", "farehook"}};
    request.body = body;
    size_t received = 0;
    request.content_receiver = [&received](const char*, size_t count, uint64_t, uint64_t) {
      received += count;
      return received <= max_answer_bytes;
    };
    Attempt attempt;
    attempt.started_at = now();
    const auto begin = std::chrono::steady_clock::now();
    const httplib::Result result = client_.send(request);
    attempt.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
    if (result)
      attempt.status = result->status;
    else
      attempt.error = error_word(result.error(), attempt.duration, answer_limit);
    return attempt;
  }

 private:
  static constexpr std::chrono::seconds answer_limit{30};
  std::string path_;
  httplib::ClientImpl client_;
};

Sender::Sender(const std::string& host, int port, std::string path)
    : client_(std::make_unique<Client>(host, port, std::move(path))) {}
Sender::~Sender() = default;

Attempt Sender::post(const std::string& body) { return client_->post(body); }

}  // namespace farehook
