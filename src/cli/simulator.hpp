#pragma once

#include "cli/session.hpp"
#include "cli/simulation_plan.hpp"

namespace farehook {

/// FareHarbor's webhooks, as the plan says. Returns an ExitStatus. Throws Error.
int simulate(const SimulationPlan& plan, Session& session);

}  // namespace farehook
