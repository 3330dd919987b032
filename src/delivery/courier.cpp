#include "delivery/courier.hpp"

#include "delivery/error.hpp"
#include "delivery/signals_held_back.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace farehook {

namespace {

/// So much may wait for another attempt, behind others of its key, and for its first attempt, before no more
/// is taken.
constexpr size_t max_retry_bytes = size_t{64} << 20;
constexpr size_t max_held_bytes = size_t{16} << 20;
constexpr size_t max_fresh_bytes = size_t{16} << 20;
constexpr size_t max_fresh_per_place = 4;
constexpr size_t min_max_fresh = 64;

/// A dispatch and its body, about.
size_t size_of(const Dispatch& dispatch) { return 1024 + dispatch.delivery.body.size(); }

}  // namespace

Courier::Courier(Plan plan, std::unique_ptr<Carrier> carrier, Told told)
    : plan_(plan),
      max_fresh_(std::max(min_max_fresh, max_fresh_per_place * plan.at_once)),
      carrier_(std::move(carrier)),
      told_(std::move(told)),
      in_the_air_(plan.at_once) {
  for (size_t place = plan_.at_once; place > 0; --place) free_places_.push_back(place - 1);
  try {
    const SignalsHeldBack held;
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& error) {
    throw Error("threads: " + error.code().message());
  }
}

Courier::~Courier() {
  stop();
  finish();
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  carrier_->wake();
  thread_.join();
}

bool Courier::is_full() const {
  return not_begun_ >= max_fresh_ || retry_bytes_ >= max_retry_bytes || fresh_bytes_ >= max_fresh_bytes ||
         held_bytes_ >= max_held_bytes;
}

/// Later than when it is no longer full: who sends is not woken for each one.
bool Courier::has_room_again() const {
  return not_begun_ <= max_fresh_ / 2 && retry_bytes_ < max_retry_bytes &&
         fresh_bytes_ <= max_fresh_bytes / 2 && held_bytes_ < max_held_bytes;
}

bool Courier::send(Dispatch dispatch) {
  std::unique_lock lock(mutex_);
  if (is_full()) {
    sender_waits_ = true;
    room_ready_.wait(lock, [this] { return stopped_ || has_room_again(); });
    sender_waits_ = false;
  }
  if (stopped_) return false;
  ++unfinished_;
  const auto due = start_ + dispatch.due;
  enqueue({due, std::move(dispatch)});
  const bool wakes = std::exchange(wants_work_, false);
  lock.unlock();
  if (wakes) carrier_->wake();
  return true;
}

/// With the lock held.
void Courier::enqueue(Waiting next) {
  if (next.dispatch.attempts == 0) ++not_begun_;
  (next.dispatch.attempts == 0 ? fresh_bytes_ : retry_bytes_) += size_of(next.dispatch);
  waiting_.push(std::move(next));
}

/// With the lock held: what is due first, which is no longer waiting.
Courier::Waiting Courier::dequeue() {
  // The queue gives its first as const; it is gone from it before it is touched again.
  Waiting next = std::move(const_cast<Waiting&>(waiting_.top()));
  waiting_.pop();
  if (next.dispatch.attempts == 0) --not_begun_;
  (next.dispatch.attempts == 0 ? fresh_bytes_ : retry_bytes_) -= size_of(next.dispatch);
  return next;
}

/// With the lock held, of what is due: whether nothing else of its key is on its way. If there is, it waits
/// behind that.
bool Courier::takes_turn(Waiting& next) {
  if (next.has_turn || next.dispatch.order_key.empty()) return true;
  next.has_turn = true;
  const auto [place, is_free] = held_.try_emplace(next.dispatch.order_key);
  if (is_free) return true;
  held_bytes_ += size_of(next.dispatch);
  place->second.push_back(std::move(next));
  return false;
}

/// With the lock held: the next of this key may go.
void Courier::release(const std::string& key) {
  if (key.empty()) return;
  const auto place = held_.find(key);
  if (place->second.empty()) {
    held_.erase(place);
    return;
  }
  Waiting next = std::move(place->second.front());
  place->second.pop_front();
  held_bytes_ -= size_of(next.dispatch);
  enqueue(std::move(next));
}

void Courier::work() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    const std::vector<size_t> places = take_due();
    const bool gives_room = sender_waits_ && has_room_again();
    const auto until = next_due();
    wants_work_ = !free_places_.empty();
    lock.unlock();
    // Who is woken finds the lock free.
    if (gives_room) room_ready_.notify_one();
    for (const size_t place : places) carrier_->begin(place, in_the_air_[place].delivery);
    const auto ended = told(carrier_->wait(until));
    lock.lock();
    wants_work_ = false;
    for (const End& each : ended) settle(each);
  }
}

/// With the lock held: gives free places to what is due. Returns them.
std::vector<size_t> Courier::take_due() {
  std::vector<size_t> taken;
  const auto now = Clock::now();
  while (!free_places_.empty() && !waiting_.empty() && waiting_.top().due <= now) {
    Waiting next = dequeue();
    if (!takes_turn(next)) continue;
    next.dispatch.scheduled = next.due - start_;
    taken.push_back(free_places_.back());
    free_places_.pop_back();
    in_the_air_[taken.back()] = std::move(next.dispatch);
  }
  return taken;
}

/// With the lock held: when something may begin that has a place.
Courier::Clock::time_point Courier::next_due() const {
  return free_places_.empty() || waiting_.empty() ? Clock::time_point::max() : waiting_.top().due;
}

/// Tells of attempts that have ended, and says what follows.
std::vector<Courier::End> Courier::told(const std::vector<Carrier::Ended>& ended) {
  std::vector<End> ends;
  for (const auto& [place, attempt] : ended) {
    Dispatch& dispatch = in_the_air_[place];
    ++dispatch.attempts;
    const Outcome outcome = outcome_of(plan_.retry, dispatch.attempts, attempt);
    End& end = ends.emplace_back(End{place, std::nullopt});
    if (outcome == Outcome::retry) end.again = Clock::now() + plan_.retry.interval;
    told_(dispatch, attempt, outcome);
  }
  return ends;
}

/// With the lock held.
void Courier::settle(const End& end) {
  Dispatch dispatch = std::move(in_the_air_[end.place]);
  free_places_.push_back(end.place);
  if (end.again && !stopped_) {
    if (!plan_.retries_hold_order) release(dispatch.order_key);
    enqueue({*end.again, std::move(dispatch), plan_.retries_hold_order});
    return;
  }
  release(dispatch.order_key);
  --unfinished_;
  if (unfinished_ == 0 || stopped_) all_done_.notify_all();
}

void Courier::finish() {
  std::unique_lock lock(mutex_);
  all_done_.wait(lock, [this] { return unfinished_ == 0; });
}

void Courier::stop() {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  stopped_ = true;
  // What waits is dropped.
  for (; !waiting_.empty(); waiting_.pop()) --unfinished_;
  for (auto& [key, behind] : held_) {
    unfinished_ -= behind.size();
    behind.clear();
  }
  not_begun_ = fresh_bytes_ = held_bytes_ = retry_bytes_ = 0;
  room_ready_.notify_all();
  all_done_.notify_all();
}

}  // namespace farehook
