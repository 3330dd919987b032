// Any bytes to a listening port, as one client sends them: whatever is acknowledged stands in the journal,
// and nothing else but what came whole.

#include "cli/delivery_log.hpp"
#include "cli/recorder.hpp"
#include "cli/terminal.hpp"
#include "delivery/journal.hpp"
#include "delivery/record.hpp"
#include "http/receiver.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace farehook;

namespace {

/// A listener without its command line; its file goes with it.
struct Listener {
  std::string path =
      (std::filesystem::temp_directory_path() / ("farehook-fuzz-" + std::to_string(::getpid()))).string();
  Terminal terminal{::open("/dev/null", O_WRONLY | O_CLOEXEC), ColorChoice::never, true};
  DeliveryLog log{terminal, ""};
  Journal journal{path, false};
  Recorder recorder{journal, nullptr, plan(), log};
  Receiver receiver{options(),
                    [this](std::vector<Delivery> deliveries) { return recorder.take(std::move(deliveries)); },
                    [](const RefusedRequest&) {}};
  std::streamoff seen = 0;

  Listener() {
    std::signal(SIGPIPE, SIG_IGN);
    receiver.start();
  }
  ~Listener() {
    receiver.stop();
    std::filesystem::remove(path);
  }

  static Recorder::Plan plan() {
    Recorder::Plan plan;
    plan.respond = [](const Record&) { return AnswerStep{}; };
    plan.ended = [] {};
    return plan;
  }

  static ReceiverOptions options() {
    ReceiverOptions options;
    options.port = 0;
    options.max_body_bytes = size_t{1} << 16;
    options.max_connections = 4;
    options.request_deadline = std::chrono::milliseconds{500};
    return options;
  }

  /// The records of the lines that were appended since this was asked last.
  std::vector<Record> new_records() {
    std::ifstream file(path, std::ios::binary);
    file.seekg(seen);
    std::vector<Record> records;
    for (std::string line; std::getline(file, line);) {
      if (file.eof()) std::abort();  // a line without its end
      auto read = from_line(line);
      if (!std::holds_alternative<Record>(read)) std::abort();
      records.push_back(std::get<Record>(std::move(read)));
      seen += static_cast<std::streamoff>(line.size()) + 1;
    }
    return records;
  }
};

/// libFuzzer's alarm, which looks for a timeout, interrupts no call meanwhile.
class AlarmHeldBack {
 public:
  AlarmHeldBack() {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm, &before_);
  }
  ~AlarmHeldBack() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AlarmHeldBack(const AlarmHeldBack&) = delete;
  AlarmHeldBack& operator=(const AlarmHeldBack&) = delete;

 private:
  sigset_t before_;
};

/// All that is answered to these bytes and a half-closed connection.
std::string answer_to(int port, const std::string& bytes) {
  const AlarmHeldBack held;
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(client, bytes.data() + sent, bytes.size() - sent, 0);
    if (count <= 0) break;  // it was refused meanwhile
    sent += static_cast<size_t>(count);
  }
  ::shutdown(client, SHUT_WR);
  std::string answer;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::recv(client, buffer, sizeof buffer, 0)) > 0)
    answer.append(buffer, static_cast<size_t>(count));
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) std::abort();  // neither an answer nor an end
  ::close(client);
  return answer;
}

std::set<std::string> acknowledged_in(const std::string& answer) {
  constexpr std::string_view field = "\r\nFarehook-Id: ";
  std::set<std::string> ids;
  for (size_t at = 0; (at = answer.find(field, at)) != std::string::npos;) {
    at += field.size();
    ids.insert(answer.substr(at, answer.find('\r', at) - at));
  }
  return ids;
}

/// Whether the bytes stand in the text in this order, perhaps with others between them: chunks are joined.
bool is_within(const std::string& bytes, const std::string& text) {
  size_t at = 0;
  for (const char c : text) at += at < bytes.size() && bytes[at] == c;
  return at == bytes.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Listener listener;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::set<std::string> acknowledged = acknowledged_in(answer_to(listener.receiver.port(), bytes));
  std::set<std::string> stored;
  for (const Record& record : listener.new_records()) {
    stored.insert(record.delivery.id);
    if (!is_within(record.delivery.body, bytes)) std::abort();
    if (bytes.find("POST") == std::string::npos) std::abort();
  }
  if (!std::ranges::includes(stored, acknowledged)) std::abort();
  return 0;
}
