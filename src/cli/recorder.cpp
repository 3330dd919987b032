#include "cli/recorder.hpp"

#include "booking/validation.hpp"
#include "cli/json_finding.hpp"
#include "cli/record_redaction.hpp"
#include "cli/record_source.hpp"
#include "delivery/delivery_id.hpp"

#include <algorithm>

namespace farehook {

namespace {

Answer refusal(const std::string& why) {
  Answer answer;
  answer.status = 503;
  answer.message = why;
  return answer;
}

bool is_closed_pipe(std::error_code error) { return error == std::errc::broken_pipe; }

/// An app may not end a request with a 1xx, and no status is above 599 (RFC 9110, 15).
bool can_be_passed_on(int status) { return status >= 200 && status <= 599; }

/// What a sender is told of an app: its own status, or that it gave none.
int status_for(const Attempt& attempt) {
  if (attempt.status) return *attempt.status;
  return attempt.error == "timeout" ? 504 : 502;
}

}  // namespace

Recorder::Recorder(Journal& journal, Journal* copy, Plan plan, DeliveryLog& log)
    : journal_(journal),
      copy_(copy),
      plan_(std::move(plan)),
      log_(log),
      memory_([this](const Place& place) -> std::optional<std::string> {
        const auto line = journal_.read(place);
        if (!line) return std::nullopt;
        auto read = from_line(*line);
        auto* const record = std::get_if<Record>(&read);
        if (record == nullptr) return std::nullopt;
        redact(*record);
        return std::move(record->delivery.body);
      }) {}

void Recorder::remember(Record record, const Place& place) {
  redact(record);
  const std::lock_guard lock(mutex_);
  memory_.recall(record, facts_of(record.delivery.body), place);
}

/// What is remembered is as it would be recorded now.
void Recorder::redact(Record& record) const {
  if (plan_.redaction && !record.redacted) record = redacted(std::move(record), *plan_.redaction);
}

std::vector<Answer> Recorder::take(std::vector<Delivery> deliveries) {
  std::vector<Intake> intakes;
  intakes.reserve(deliveries.size());
  for (Delivery& each : deliveries) intakes.push_back(examined(std::move(each)));
  {
    std::unique_lock lock(mutex_);
    Batch batch;
    for (Intake& each : intakes) note(each, batch, lock);
    store(batch);
  }
  std::vector<Answer> answers;
  answers.reserve(intakes.size());
  for (Intake& each : intakes) answers.push_back(conclude(each));
  if (has_ended()) plan_.ended();
  return answers;
}

/// Without the lock, once it is stored, or is not to be.
Answer Recorder::conclude(Intake& intake) {
  const Record& record = intake.record;
  if (!intake.refusal.empty()) return refusal(intake.refusal);
  if (!intake.error && journal_.is_synced() && intake.ticket > 0) sync(intake);
  if (intake.is_passed_over && !intake.error) {
    log_.passed_over(record, intake.facts);
    return {};
  }
  is_failing_ = intake.error || has_failed_copy_;
  if (intake.error) {
    if (!is_closed_pipe(intake.error)) log_.not_stored(record.delivery, journal_.name(), intake.error);
    return refusal("the delivery could not be stored");
  }
  log_.stored(record, intake.facts, intake.findings);
  Answer answer;
  answer.status = record.response_status;
  answer.id = record.delivery.id;
  if (record.relayed && !record.relayed->error.empty())
    answer.message = "the app that this is relayed to gave no answer: " + record.relayed->error;
  else if (!record.relayed)
    answer.content = plan_.content;
  answer.delay = intake.answer.delay;
  answer.drops = intake.answer.kind != AnswerStep::Kind::status;
  return answer;
}

/// Waits for the disk. What did not come there is not accepted, and will be tried again.
void Recorder::sync(Intake& intake) {
  intake.error = journal_.sync(intake.ticket);
  const std::lock_guard lock(mutex_);
  if (!intake.is_passed_over) --on_the_way_to_disk_;
  if (!intake.is_passed_over && !intake.error) ++stored_;
  if (intake.error)
    memory_.refused(intake.record);
  else
    memory_.answered(intake.record);
}

/// What can be told without the lock.
Recorder::Intake Recorder::examined(Delivery delivery) const {
  Intake intake;
  Record& record = intake.record;
  if (plan_.relay) intake.for_app = delivery;
  record.redacted = plan_.redaction != nullptr;
  record.delivery = record.redacted ? plan_.redaction->redacted(std::move(delivery)) : std::move(delivery);
  intake.facts = facts_of(record.delivery.body);
  record.body_form = body_form_of(record.delivery.body, intake.facts);
  if (plan_.check) {
    intake.findings = Validator(std::nullopt).check_body(record.delivery.body);
    record.findings = json_of(record.delivery.body, intake.findings);
  }
  return intake;
}

/// With the lock held: brings a delivery into the batch, or settles it.
void Recorder::note(Intake& intake, Batch& batch, std::unique_lock<std::mutex>& lock) {
  if (!may_join(intake, batch)) store(batch);
  intake.refusal = reason_to_refuse(batch.size());
  if (!intake.refusal.empty()) return;
  classify(intake);
  if (!plan_.only.empty() && !plan_.only.contains(intake.record.event)) return pass_over(intake);
  if (plan_.relay)
    relay(intake, lock);
  else
    intake.answer = plan_.respond(intake.record);
  intake.record.response_status = intake.answer.kind == AnswerStep::Kind::status ? intake.answer.status : 0;
  intake.line = to_line(intake.record, plan_.credentials);
  batch.push_back(&intake);
}

/// Whether what becomes of the batch makes no difference to it.
bool Recorder::may_join(const Intake& intake, const Batch& batch) const {
  if (plan_.relay || !journal_.is_file()) return batch.empty();
  return std::ranges::none_of(batch, [&](const Intake* other) {
    return other->record.delivery.body_sha256 == intake.record.delivery.body_sha256 ||
           (!other->facts.uuid.empty() && other->facts.uuid == intake.facts.uuid);
  });
}

/// With the lock held; empty: there is none. What is at the app, or under way into the journal or to the
/// disk, is as good as stored.
std::string Recorder::reason_to_refuse(size_t under_way) const {
  if (plan_.count && stored_ + at_the_app_ + on_the_way_to_disk_ + under_way >= *plan_.count)
    return "no more deliveries are taken";
  if (has_lost_its_reader_) return "nobody reads the deliveries any more";
  return "";
}

void Recorder::pass_over(Intake& intake) {
  intake.is_passed_over = true;
  intake.record.response_status = 200;
  if (intake.record.attempt > 1)
    intake.ticket = journal_.ticket();  // what it repeats may not be on the disk yet
  memory_.answered(intake.record);
  memory_.keep(intake.trace, intake.record.delivery.body);
}

/// With the lock held: ids, times and attempts are in the order in which the deliveries are noted.
void Recorder::classify(Intake& intake) {
  Delivery& delivery = intake.record.delivery;
  delivery.received_at = now();
  delivery.id = new_delivery_id(delivery.received_at);
  intake.trace = memory_.note(intake.record, intake.facts);
}

/// Without the lock, so that a slow app holds up nobody else.
void Recorder::relay(Intake& intake, std::unique_lock<std::mutex>& lock) {
  Record& record = intake.record;
  memory_.keep(intake.trace, record.delivery.body);
  ++at_the_app_;
  lock.unlock();
  Attempt attempt;
  std::exception_ptr failure;
  try {
    attempt = plan_.relay(intake.for_app);
    if (attempt.status && !can_be_passed_on(*attempt.status)) {
      attempt.status.reset();
      attempt.error = "garbled";
    }
    log_.relayed(attempt);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  --at_the_app_;
  if (failure) {
    memory_.forget(std::move(intake.trace), record);
    std::rethrow_exception(failure);
  }
  intake.answer.status = status_for(attempt);
  record.relayed = Relayed{attempt.duration, attempt.error};
}

/// With the lock held. Where there is no room for all of them in one piece, there may be for some.
void Recorder::store(Batch& batch) {
  if (batch.empty()) return;
  if (const auto error = write(batch)) {
    const bool may_try_again = batch.size() > 1 && journal_.has_taken_back();
    for (Intake* const each : batch)
      if (const auto alone = may_try_again ? write({each}) : error) take_back(*each, alone);
  }
  batch.clear();
}

/// All of them, or none.
std::error_code Recorder::write(const Batch& batch) {
  std::string lines;
  if (batch.size() > 1)
    for (const Intake* const each : batch) lines += each->line;
  if (const auto error = journal_.append(batch.size() > 1 ? lines : batch.front()->line)) return error;
  Place place = journal_.last_place();
  for (Intake* const each : batch) {
    each->ticket = journal_.ticket();
    if (place.length > 0) place.length = static_cast<uint32_t>(each->line.size());
    if (journal_.is_synced())
      ++on_the_way_to_disk_;
    else
      ++stored_;
    memory_.answered(each->record);
    if (place.length > 0)
      memory_.keep(each->trace, place);
    else if (!plan_.relay)
      memory_.keep(each->trace, each->record.delivery.body);
    if (copy_ != nullptr) copy(each->record, each->line);
    place.offset += place.length;
  }
  return {};
}

void Recorder::take_back(Intake& intake, std::error_code error) {
  if (is_closed_pipe(error)) has_lost_its_reader_ = true;
  memory_.forget(std::move(intake.trace), intake.record);
  intake.error = error;
}

/// What can't be copied is stored all the same.
void Recorder::copy(const Record& record, const std::string& line) {
  const auto error = copy_->append(line);
  if (!error) return;
  if (is_closed_pipe(error)) {
    has_lost_its_reader_ = true;
  } else {
    if (!has_failed_copy_) log_.not_copied(record.delivery, copy_->name(), error);
    has_failed_copy_ = true;
  }
}

std::error_code Recorder::reopen() {
  const std::lock_guard lock(mutex_);
  return journal_.reopen();
}

bool Recorder::has_ended() const { return has_lost_its_reader_ || (plan_.count && stored_ >= *plan_.count); }

bool Recorder::has_count() const { return !plan_.count || stored_ >= *plan_.count; }

bool Recorder::is_failing() const { return is_failing_; }

}  // namespace farehook
