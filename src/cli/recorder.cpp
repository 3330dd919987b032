#include "cli/recorder.hpp"

#include "booking/validation.hpp"
#include "cli/json_finding.hpp"
#include "delivery/delivery_id.hpp"
#include "delivery/utf8.hpp"

namespace farehook {

namespace {

BodyForm form_of(const std::string& body, const Facts& facts) {
  if (facts.shape != Facts::Shape::not_json) return BodyForm::json;
  return is_utf8(body) ? BodyForm::text : BodyForm::bytes;
}

/// The findings as a JSON array, their lines and columns those of the body.
std::string json_of(const std::string& body, const Findings& findings) {
  auto array = nlohmann::ordered_json::array();
  PositionFinder positions(body);
  for (const Finding& finding : findings.listed)
    array.push_back(json_of(finding, positions.at(finding.offset)));
  return dump(array);
}

Answer refusal(const std::string& why) {
  Answer answer;
  answer.status = 503;
  answer.message = why;
  return answer;
}

bool is_closed_pipe(std::error_code error) { return error == std::errc::broken_pipe; }

}  // namespace

void Recorder::remember(const Record& record) {
  const std::lock_guard lock(mutex_);
  bookings_.remember(facts_of(record.delivery.body));
  recent_bodies_.remember(record);
}

Answer Recorder::take(Delivery delivery) {
  const Facts facts = facts_of(delivery.body);
  Record record;
  record.delivery = std::move(delivery);
  record.body_form = form_of(record.delivery.body, facts);
  Findings findings;
  if (plan_.check) {
    findings = Validator(std::nullopt).check_body(record.delivery.body);
    record.findings = json_of(record.delivery.body, findings);
  }

  uint64_t ticket = 0;
  AnswerStep answer;
  std::error_code error;
  {
    const std::lock_guard lock(mutex_);
    if (plan_.count && stored_ >= *plan_.count) return refusal("no more deliveries are taken");
    if (has_lost_its_reader_) return refusal("nobody reads the deliveries any more");
    error = store(record, facts, ticket, answer);
  }
  if (!error) error = journal_.sync(ticket);
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    is_failing_ = error || has_failed_copy_;
    ended = ends();
  }
  if (ended) plan_.ended();
  if (error) {
    if (!is_closed_pipe(error)) log_.not_stored(record.delivery, journal_.name(), error);
    return refusal("the delivery could not be stored");
  }
  log_.stored(record, facts, findings);
  return {record.response_status, record.delivery.id, "", answer.delay,
          answer.kind != AnswerStep::Kind::status};
}

/// With the lock held: ids, times and attempts are in the order of the lines.
std::error_code Recorder::store(Record& record, const Facts& facts, uint64_t& ticket, AnswerStep& answer) {
  record.delivery.received_at = now();
  record.delivery.id = new_delivery_id(record.delivery.received_at);
  classify(record, facts);
  answer = plan_.respond(record);
  record.response_status = answer.kind == AnswerStep::Kind::status ? answer.status : 0;
  const std::string line = to_line(record);
  if (const auto error = journal_.append(line)) {
    has_lost_its_reader_ |= is_closed_pipe(error);
    return error;
  }
  ticket = journal_.ticket();
  ++stored_;
  bookings_.remember(facts);
  recent_bodies_.remember(record);
  if (copy_ != nullptr) copy(record, line);
  return {};
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

void Recorder::classify(Record& record, const Facts& facts) const {
  const auto repetition = recent_bodies_.repetition(record.delivery.body_sha256, record.delivery.received_at);
  record.attempt = repetition.attempt;
  record.duplicate_of = repetition.duplicate_of;
  // What is tried again has happened once only: a retry of what was not accepted is the same event.
  record.event =
      repetition.retried_event.empty() ? to_string(bookings_.event(facts)) : repetition.retried_event;
  if (facts.shape == Facts::Shape::booking) record.booking = facts.uuid;
}

std::error_code Recorder::reopen() {
  const std::lock_guard lock(mutex_);
  return journal_.reopen();
}

bool Recorder::ends() const { return has_lost_its_reader_ || (plan_.count && stored_ >= *plan_.count); }

bool Recorder::has_ended() const {
  const std::lock_guard lock(mutex_);
  return ends();
}

bool Recorder::has_count() const {
  const std::lock_guard lock(mutex_);
  return !plan_.count || stored_ >= *plan_.count;
}

bool Recorder::is_failing() const {
  const std::lock_guard lock(mutex_);
  return is_failing_;
}

}  // namespace farehook
