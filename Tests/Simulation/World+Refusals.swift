import LocalMirror
import SQL
import Sync

extension World {
  /// What an error of the program means: its answer to a person or to a fault that was built in, as
  /// words for the trace; nil where it is neither and the program is wrong (invariant I0).
  ///
  /// This is the only place that says so.
  func refusal(_ error: any Error) -> String? {
    let step = current
    let isOffline = step?.callFault != nil || step?.action == .pushAway
    switch error {
    case let error as MirrorError:
      switch error.code {
      case .notEditable, .noRecord: return "refused, \(error.code.rawValue)"
      case .storage, .diskFull:
        return step?.diskFault == nil ? nil : "failed, \(error.code.rawValue)"
      default: return nil
      }
    case let error as InboxError: return "refused, \(error.code.rawValue)"
    case let error as EditError: return "refused, \(error.code.rawValue)"
    case let error as PullError:
      return isOffline ? "stopped, \(error.code.rawValue)" : nil
    case let error as PushError:
      return isOffline ? "stopped, \(error.code.rawValue)" : nil
    case let error as SQLError:
      return step?.diskFault == nil ? nil : "failed, SQLite \(error.extendedCode)"
    default: return nil
    }
  }

  /// Does something that the program may refuse; what it says then goes into the trace.
  func allowingRefusal(_ body: () throws -> String) -> String {
    do {
      return try body()
    } catch {
      if let words = refusal(error) { return words }
      violate("I0", "an error that nobody expects: \(error)")
      return "\(error)"
    }
  }
}
