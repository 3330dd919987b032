#include "delivery/courier.hpp"

#include "delivery/error.hpp"

#include <string_view>
#include <system_error>

namespace farehook {

namespace {

/// So much may wait for another attempt, behind others of its key, and for its first attempt, before no more
/// is taken.
constexpr size_t max_retry_bytes = size_t{64} << 20;
constexpr size_t max_held_bytes = size_t{16} << 20;
constexpr size_t max_fresh_bytes = size_t{16} << 20;
constexpr size_t max_fresh_per_thread = 64;

/// A dispatch and its body, about.
size_t size_of(const Dispatch& dispatch) { return 1024 + dispatch.delivery.body.size(); }

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return "accepted";
    case Outcome::retry:
      return "retry";
    case Outcome::failed:
      break;
  }
  return "failed";
}

Courier::Courier(Plan plan, const std::function<Post()>& new_post, Told told)
    : plan_(plan), told_(std::move(told)) {
  while (threads_.size() < plan_.threads) try {
      threads_.emplace_back([this, post = new_post()] { work(post); });
    } catch (const std::system_error& error) {
      // With fewer threads it goes slower.
      if (threads_.empty()) throw Error("threads: " + error.code().message());
      return;
    }
}

Courier::~Courier() {
  stop();
  finish();
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  work_ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Courier::is_full() const {
  return not_begun_ >= max_fresh_per_thread * plan_.threads || retry_bytes_ >= max_retry_bytes ||
         fresh_bytes_ >= max_fresh_bytes || held_bytes_ >= max_held_bytes;
}

/// Later than when it is no longer full: who sends is not woken for each one.
bool Courier::has_room_again() const {
  return not_begun_ <= max_fresh_per_thread * plan_.threads / 2 && retry_bytes_ < max_retry_bytes &&
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
  enqueue(due, std::move(dispatch));
  return true;
}

/// With the lock held.
void Courier::enqueue(Clock::time_point due, Dispatch dispatch) {
  const bool has_order = !dispatch.order_key.empty();
  if (has_order && dispatch.attempts == 0) {
    const auto [place, is_free] = held_.try_emplace(dispatch.order_key);
    if (!is_free) {
      held_bytes_ += size_of(dispatch);
      place->second.push_back({due, std::move(dispatch)});
      return;
    }
  }
  if (dispatch.attempts == 0) {
    ++not_begun_;
    fresh_bytes_ += size_of(dispatch);
  }
  waiting_.push({due, std::move(dispatch)});
  if (idle_ > 0) work_ready_.notify_one();
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
  ++not_begun_;
  fresh_bytes_ += size_of(next.dispatch);
  waiting_.push(std::move(next));
  if (idle_ > 0) work_ready_.notify_one();
}

void Courier::work(const Post& post) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (ends_) return;
    if (stopped_ || waiting_.empty()) {
      ++idle_;
      work_ready_.wait(lock);
      --idle_;
      continue;
    }
    if (const auto due = waiting_.top().due; due > Clock::now()) {
      ++idle_;
      work_ready_.wait_until(lock, due);
      --idle_;
      continue;
    }
    // The queue gives its first as const; it is gone from it before it is touched again.
    Dispatch dispatch = std::move(const_cast<Waiting&>(waiting_.top()).dispatch);
    dispatch.scheduled = waiting_.top().due - start_;
    waiting_.pop();
    if (dispatch.attempts == 0) --not_begun_;
    (dispatch.attempts == 0 ? fresh_bytes_ : retry_bytes_) -= size_of(dispatch);
    if (sender_waits_ && has_room_again()) room_ready_.notify_one();
    // This thread no longer waits for the next one's time.
    if (idle_ > 0 && !waiting_.empty()) work_ready_.notify_one();
    lock.unlock();

    const Attempt attempt = post(dispatch.delivery);
    ++dispatch.attempts;
    const auto wait = next_attempt_after(plan_.retry, dispatch.attempts, attempt);
    const auto again = Clock::now() + wait.value_or(std::chrono::milliseconds{0});
    {
      const std::lock_guard telling(tell_mutex_);
      told_(dispatch, attempt,
            plan_.retry.accepted.holds(attempt) ? Outcome::accepted
            : wait                              ? Outcome::retry
                                                : Outcome::failed);
    }

    lock.lock();
    if (wait && !stopped_) {
      retry_bytes_ += size_of(dispatch);
      if (!plan_.retries_hold_order) {
        release(dispatch.order_key);
        dispatch.order_key.clear();
      }
      enqueue(again, std::move(dispatch));
      continue;
    }
    release(dispatch.order_key);
    --unfinished_;
    if (unfinished_ == 0 || stopped_) all_done_.notify_all();
  }
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
