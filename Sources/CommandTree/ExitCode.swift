/// How a command ended, as scripts see it. The numbers are a contract and never change meaning.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Done.
  case done = 0
  /// Failed.
  case failed = 1
  /// Wrong usage or configuration.
  case usage = 2
  /// Checks found something.
  case findings = 3
  /// Sign-in is needed.
  case signInNeeded = 4
  /// Decisions wait for a person.
  case decisionsOpen = 5
  /// Changes are pending; only where `--exit-code` asks for it.
  case changesPending = 6
  /// The API could not be reached; the mirror is still usable.
  case unreachable = 7
  /// A private value was found in an output; never used for anything else.
  case leak = 8
  /// Sent, but the outcome of some operations is unknown.
  case outcomeUnknown = 9
  /// The plan is stale; nothing was sent.
  case planStale = 10
  /// Interrupted; the state is safe.
  case interrupted = 130

  /// What the code means, in a few words.
  public var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed"
    case .usage: "wrong usage or configuration"
    case .findings: "checks found something"
    case .signInNeeded: "sign-in needed"
    case .decisionsOpen: "decisions wait for a person"
    case .changesPending: "changes pending"
    case .unreachable: "the API cannot be reached; the mirror is usable"
    case .leak: "a private value was found in an output"
    case .outcomeUnknown: "sent, outcome of some operations unknown"
    case .planStale: "the plan is stale; nothing was sent"
    case .interrupted: "interrupted; the state is safe"
    }
  }
}
