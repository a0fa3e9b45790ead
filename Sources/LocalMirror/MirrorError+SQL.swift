import Machine
import SQL

extension MirrorError {
  /// What an error of SQLite or of the machine means for a mirror; a `MirrorError` stays as it is.
  static func from(_ error: any Error, path: String) -> MirrorError {
    switch error {
    case let error as MirrorError: error
    case let error as SQLError where error.isCorrupt:
      MirrorError(.damaged, "the mirror \(path) is damaged: \(error.message)", cause: error)
    case let error as SQLError where error.isDiskFull:
      MirrorError(.diskFull, "the disk that holds \(path) is full", cause: error)
    case let error as SQLError where error.isBusy:
      MirrorError(.inUse, "the mirror \(path) is in use by another process", cause: error)
    case let error as MachineError where error.isDiskFull:
      MirrorError(.diskFull, "the disk that holds \(path) is full", cause: error)
    default: MirrorError(.storage, "\(error)", cause: error)
    }
  }
}
