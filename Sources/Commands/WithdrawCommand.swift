import Bytes
import CommandTree
import Contract
import LocalMirror
import Sync

/// `trumeau withdraw`: takes edits back that are not sent yet.
enum WithdrawCommand {
  static let command = Command(
    "withdraw", "take changes back that are not sent yet",
    discussion: """
      The record gets the shop's values back, in the mirror and on the next pages. Without fields
      everything of the record is taken back, with its prices, stock and translations; a record that
      was made here is gone then, and one that was deleted here comes back. The log keeps every change.
      What was sent already is taken back with trumeau undo.
      """,
    examples: [
      Example("trumeau withdraw SCF-90-NOIR", "everything of the product"),
      Example("trumeau withdraw SCF-90-NOIR price.EUR title.fr", "two fields"),
      Example("trumeau withdraw --all", "every change that is not sent yet"),
    ],
    options: [.flag("all", "everything that is not sent yet")],
    positionals: [
      Positional("RECORD", "SKU, handle, id or type:name", isRequired: false),
      Positional("FIELD", "only these fields", isRequired: false, isRepeatable: true),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let target = invocation.arguments.first
    guard (target == nil) == invocation.flag("all") else {
      throw UsageError(
        "withdraw takes a record or --all, and not both", path: invocation.path)
    }
    let project = try OpenProject(invocation, console)
    let store = try project.openMirrorToEdit(console)
    let fields = Array(invocation.arguments.dropFirst())
    let lines = try chosen(target, fields, project)
    let entries = try store.settle { transaction in
      // Names are looked up before: a record that was made here has none afterwards.
      let words = try RecordWords(transaction.lookup)
      var found: [EditedEntry] = []
      for (key, fields) in lines {
        let preview = try words.name(of: key)
        for entry in try transaction.withdraw(key, fields: fields) {
          found.append(try EditedEntry(entry, words, name: preview))
        }
      }
      return found
    }
    try SetCommand.tell("withdraw", entries, [], project, console)
    return .done
  }

  /// The records and fields that are meant; nil fields mean all of a record.
  private static func chosen(
    _ target: String?, _ fields: [String], _ project: OpenProject
  ) throws -> [(RecordKey, [String]?)] {
    let reader = try project.openReader()
    // Parts go before what they are parts of.
    guard let target else { return try reader.editedKeys().reversed().map { ($0, nil) } }
    let words = try RecordWords(reader.lookup)
    let key = try EditedTarget.find(target, reader)
    let name = try words.name(of: key)
    let isPart = key != name.subject
    let overview = try EditOverview(reader, of: name.subject)
    let lines = overview.cards.flatMap(\.lines).filter { line in
      !isPart || line.key == key || line.address == name.address
    }
    if fields.isEmpty {
      return Set(lines.map(\.key)).sorted().reversed().map { ($0, nil) }
    }
    var found: [RecordKey: [String]?] = [:]
    for field in fields {
      let matches = lines.filter { $0.words == field || $0.field == field }
      guard !matches.isEmpty else {
        let known = Set(lines.map(\.words)).sorted().joined(separator: ", ")
        throw EditError(
          .unknownField, "\(target) has no unsent change of `\(field)`",
          help: known.isEmpty ? nil : "changed are \(known)")
      }
      for line in matches {
        if line.operation != .none || line.key.type == .translation {
          found[line.key] = .some(nil)
        } else if case .some(.some(let others)) = found[line.key] {
          found[line.key] = others + [line.field]
        } else if found[line.key] == nil {
          found[line.key] = [line.field]
        }
      }
    }
    return found.sorted { $1.key < $0.key }.map { ($0.key, $0.value) }
  }
}

/// Finds what a person means among records that are hidden too: those deleted here or in the shop.
enum EditedTarget {
  static func find(_ target: String, _ reader: MirrorReader) throws -> RecordKey {
    do {
      return try RecordFinder(reader.lookup).find(target)
    } catch let mistake as EditError where mistake.code == .unknownRecord {
      let words = try RecordWords(reader.lookup)
      for key in try reader.editedKeys() {
        let name = try words.name(of: key)
        if key.id == target || name.address == target || name.subject.id == target {
          return key.id == target ? key : name.subject
        }
      }
      throw mistake
    }
  }
}
