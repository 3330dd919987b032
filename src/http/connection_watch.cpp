#include "http/connection_watch.hpp"

#include "http/own_sockets.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <vector>

namespace farehook {

using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 100ms;
constexpr auto patience_when_crowded = 1s;
constexpr auto drain_grace = 2s;
constexpr auto quiet_grace = 200ms;  ///< a connection this young may have a request on its way

}  // namespace

struct ConnectionWatch::Verdict {
  std::vector<const OwnSocket*> quiet, late, slow;
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
  place->second.is_slow = false;
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
  const std::vector<OwnSocket> connections = connections_to(port_);
  const size_t comfortable = limits_.max_workers / 4 * 3, busy = busy_();
  const size_t crowd = busy > comfortable ? busy - comfortable : 0;
  const Verdict verdict = judge(connections, crowd > 0, Clock::now());

  // Reading only: an answer that is being written still gets out.
  for (const OwnSocket* quiet : verdict.quiet)
    if (!has_unread_bytes(quiet->descriptor)) shut_down(*quiet, port_, SHUT_RD);
  for (const OwnSocket* late : verdict.late) cut(*late);
  for (size_t i = 0; i < std::min(crowd, verdict.slow.size()); ++i) cut(*verdict.slow[i]);
}

void ConnectionWatch::cut(const OwnSocket& connection) {
  shut_down(connection, port_, SHUT_RDWR);
  cut_(connection.peer);
}

ConnectionWatch::Verdict ConnectionWatch::judge(const std::vector<OwnSocket>& connections, bool is_crowded,
                                                Clock::time_point now) {
  struct Waited {
    const OwnSocket* connection;
    Clock::duration age;
    bool was_slow;
  };
  std::vector<Waited> waited;
  Verdict verdict;
  const std::lock_guard lock(mutex_);
  for (const OwnSocket& connection : connections) {
    const auto [place, is_new] = peers_.try_emplace(connection.peer);
    Peer& peer = place->second;
    if (is_new) peer.since = now;
    peer.met = true;
    if (peer.state == State::answering) continue;
    // Who has sent something that was not read yet waits for us, not we for him; and who is slow at one look
    // only may just be served.
    const bool is_slow =
        is_crowded && now - peer.since > patience_when_crowded && !has_unread_bytes(connection.descriptor);
    waited.push_back({&connection, now - peer.since, is_slow && peer.is_slow});
    peer.is_slow = is_slow;
    if (draining_ && peer.state == State::quiet && now - peer.since > quiet_grace)
      verdict.quiet.push_back(&connection);
  }
  std::erase_if(peers_,
                [](const auto& entry) { return !entry.second.met && entry.second.state == State::quiet; });
  for (auto& [address, peer] : peers_) peer.met = false;

  std::sort(waited.begin(), waited.end(), [](const Waited& a, const Waited& b) { return a.age > b.age; });
  const bool left_behind = draining_ && now - drain_began_ > drain_grace;
  for (const Waited& one : waited) {
    if (one.age > limits_.request_deadline || left_behind)
      verdict.late.push_back(one.connection);
    else if (one.was_slow)
      verdict.slow.push_back(one.connection);
  }
  return verdict;
}

}  // namespace farehook
