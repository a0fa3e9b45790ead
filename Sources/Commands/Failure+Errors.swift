import CommandTree
import CommerceServer
import Contract
import Diagnostics
import Feeds
import Formats
import HTTPClient
import HTTPServer
import Liquid
import LocalMirror
import Machine
import Settings
import Site
import Storefront
import Sync

extension Failure {
  /// Words and exit code for whatever a module threw.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as UsageError: self.init(error)
    case let error as SettingsError: self.init(explained: error.code.rawValue, error.message)
    case let error as PullError: self.init(error)
    case let error as MirrorError: self.init(error)
    case let error as PushError:
      self.init(
        error.code.rawValue, error.message, help: error.help,
        exit: Explanations.entry(error.code.rawValue)?.exit ?? .failed)
    case let error as PlanError:
      self.init(error.code.rawValue, error.message, help: error.help, exit: .usage)
    case let error as InboxError:
      self.init(
        error.code.rawValue, error.message, help: error.help,
        exit: Explanations.entry(error.code.rawValue)?.exit ?? .failed)
    case let error as EditError:
      self.init(
        error.code.rawValue, error.message, help: error.help,
        exit: Explanations.entry(error.code.rawValue)?.exit ?? .usage)
    case let error as StoreError: self.init(explained: error.code.rawValue, error.message)
    case let error as SeedError: self.init("", "", exit: .usage, findings: error.findings)
    case let error as LeakError: self.init(error)
    case let error as MachineError:
      self.init(
        error.isDiskFull ? "machine.disk-full" : "machine.refused", "\(error)",
        help: Self.remedy(error))
    case let error as HTTPServerError: self.init(explained: error.code.rawValue, error.message)
    case let error as HTTPError: self.init(explained: error.code.rawValue, "\(error)")
    case let error as FormatError: self.init(explained: "format.\(error.format)", "\(error)")
    case let error as SiteError: self.init(error)
    case let error as FeedError: self.init(error)
    case let error as YAMLError: self.init("", "", findings: [error.diagnostic])
    default:
      self.init("internal", "\(error)", help: "this is a mistake of trumeau; please report it")
    }
  }

  /// What to do where the system refused something, as far as its number tells.
  private static func remedy(_ error: MachineError) -> String? {
    if error.isDiskFull { return "free some space and run the command again" }
    if error.isReadOnly {
      return "the disk can only be read: make it writable, or work in another folder"
    }
    if error.isForbidden {
      return "give yourself the right to it (`chmod u+rw`), or ask who owns it"
    }
    guard error.isNotFound else { return nil }
    if error.subject.contains("\u{FFFD}") {
      return "its name is not UTF-8: rename the file, as `mv caf* cafe.md`"
    }
    return Files.isLink(error.subject)
      ? "it is a link to something that is not there: mend or remove the link" : nil
  }

  /// Takes remedy and exit code from the code's explanation.
  private init(explained code: String, _ message: String) {
    let entry = Explanations.entry(code)
    self.init(code, message, help: entry?.remedy, exit: entry?.exit ?? .failed)
  }

  private init(_ error: UsageError) {
    let words = (["trumeau"] + error.path).joined(separator: " ")
    self.init(
      "usage", error.message, help: error.help ?? "see `\(words) --help`", exit: .usage)
  }

  private init(_ error: PullError) {
    let exit: ExitCode =
      switch error.code {
      case .unauthenticated: .signInNeeded
      case .unreachable, .unavailable: .unreachable
      case .interrupted: .interrupted
      default: .failed
      }
    self.init(error.code.rawValue, error.message, help: error.help, exit: exit)
  }

  private init(_ error: MirrorError) {
    self.init(
      error.code.rawValue, error.message, help: Explanations.remedy(error.code.rawValue),
      exit: error.code == .question ? .usage : .failed)
  }
}

extension Failure {
  private init(_ error: SiteError) {
    self.init(
      error.code.rawValue,
      error.diagnostics.isEmpty ? error.message : "nothing was published: \(error.message)",
      help: error.help, exit: Explanations.entry(error.code.rawValue)?.exit ?? .failed,
      findings: error.diagnostics)
  }

  private init(_ error: LeakError) {
    self.init(
      "build.leak", "nothing was published: \(error.leaks.count) private values stand in outputs",
      help: "find the template or content that writes them; nothing loosens this check",
      exit: .leak, findings: error.leaks.prefix(20).map(\.diagnostic))
  }
}
