#include "http/connection_watch.hpp"

#include "http/peer_address.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <vector>

namespace farehook {

using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 100ms;
constexpr auto patience_when_crowded = 1s;
constexpr auto drain_grace = 2s;
constexpr auto quiet_grace = 200ms;  ///< a connection this young may have a request on its way

std::optional<std::string> peer_of(int descriptor, int local_port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(descriptor, any, &size) != 0 || port_of(address) != local_port) return std::nullopt;
  size = sizeof address;
  if (::getpeername(descriptor, any, &size) != 0) return std::nullopt;  // the listening socket
  return peer_address(address);
}

bool has_unread_bytes(int descriptor) {
  pollfd readable{descriptor, POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

std::vector<int> open_descriptors() {
  std::vector<int> found;
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return found;
  while (const dirent* entry = ::readdir(folder))
    if (entry->d_name[0] != '.') found.push_back(std::atoi(entry->d_name));
  ::closedir(folder);
  return found;
}

}  // namespace

struct ConnectionWatch::Verdict {
  std::vector<const Connection*> quiet, late;
};

struct ConnectionWatch::Connection {
  int descriptor;
  int port;
  std::string peer;

  /// The library may close the descriptor at any time and get its number back for another client: what is
  /// shut down is a duplicate that was seen to be this peer's.
  void shut_down(int how) const {
    const int pinned = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (pinned < 0) return;
    if (peer_of(pinned, port) == peer) ::shutdown(pinned, how);
    ::close(pinned);
  }
};

ConnectionWatch::ConnectionWatch(Limits limits, std::function<size_t()> busy,
                                 std::function<void(std::string)> cut)
    : limits_(limits), busy_(std::move(busy)), cut_(std::move(cut)) {}

ConnectionWatch::~ConnectionWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ConnectionWatch::watch(int port) {
  port_ = port;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { look_until_stopped(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ConnectionWatch::drain() {
  const std::lock_guard lock(mutex_);
  if (!draining_) drain_began_ = Clock::now();
  draining_ = true;
  stop_.notify_all();
}

void ConnectionWatch::note(const std::string& peer, State state) {
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] = peers_.try_emplace(peer);
  if (is_new || state == State::quiet) place->second.since = Clock::now();
  place->second.state = state;
}

void ConnectionWatch::look_until_stopped() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    // With nobody connected there is nothing to look at.
    const bool anybody = !peers_.empty() || busy_() > 0;
    lock.unlock();
    if (anybody) look();
    lock.lock();
    const auto interval = draining_ ? look_interval / 4 : look_interval;
    stop_.wait_for(lock, interval,
                   [this, was_draining = draining_] { return stopping_ || draining_ != was_draining; });
  }
}

void ConnectionWatch::look() {
  std::vector<Connection> connections;
  for (const int descriptor : open_descriptors())
    if (auto peer = peer_of(descriptor, port_)) connections.push_back({descriptor, port_, std::move(*peer)});

  const size_t comfortable = limits_.max_workers / 4 * 3, busy = busy_();
  const size_t crowd = busy > comfortable ? busy - comfortable : 0;
  const Verdict verdict = judge(connections, crowd, Clock::now());

  // Reading only: an answer that is being written still gets out.
  for (const Connection* quiet : verdict.quiet)
    if (!has_unread_bytes(quiet->descriptor)) quiet->shut_down(SHUT_RD);
  for (const Connection* late : verdict.late) {
    late->shut_down(SHUT_RDWR);
    cut_(late->peer);
  }
}

ConnectionWatch::Verdict ConnectionWatch::judge(const std::vector<Connection>& connections, size_t crowd,
                                                Clock::time_point now) {
  struct Waited {
    const Connection* connection;
    Clock::duration age;
  };
  std::vector<Waited> waited;
  Verdict verdict;
  const std::lock_guard lock(mutex_);
  for (const Connection& connection : connections) {
    const auto [place, is_new] = peers_.try_emplace(connection.peer);
    Peer& peer = place->second;
    if (is_new) peer.since = now;
    peer.met = true;
    if (peer.state == State::answering) continue;
    waited.push_back({&connection, now - peer.since});
    if (draining_ && peer.state == State::quiet && now - peer.since > quiet_grace)
      verdict.quiet.push_back(&connection);
  }
  std::erase_if(peers_,
                [](const auto& entry) { return !entry.second.met && entry.second.state == State::quiet; });
  for (auto& [address, peer] : peers_) peer.met = false;

  std::sort(waited.begin(), waited.end(), [](const Waited& a, const Waited& b) { return a.age > b.age; });
  const bool left_behind = draining_ && now - drain_began_ > drain_grace;
  for (const Waited& one : waited) {
    const bool in_the_way = crowd > verdict.late.size() && one.age > patience_when_crowded;
    if (one.age > limits_.request_deadline || in_the_way || left_behind)
      verdict.late.push_back(one.connection);
  }
  return verdict;
}

}  // namespace farehook
