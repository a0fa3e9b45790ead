import Bytes
import CommandTree
import Contract
import Formats
import LocalMirror
import Machine
import Sync

/// The file into which a person saves edits that end here: the choice `export` of a question.
///
/// A table that a spreadsheet opens, or JSON where the name ends so. A file that is there is never
/// written over.
struct KeptEditFile {
  /// The edits of one question.
  struct Part {
    let question: Question
    let edits: [KeptEdit]
  }

  let path: String
  let parts: [Part]

  /// Collects what the choice saves.
  ///
  /// - Parameter path: where to; nil for `kept-N.csv` in the project's folder.
  init(
    _ questions: [Question], _ inbox: Inbox, path: String?, _ project: OpenProject
  ) throws {
    parts = try questions.map { Part(question: $0, edits: try inbox.kept(of: $0)) }
    self.path = path ?? project.path(Self.standardName(questions.first))
  }

  /// What the file is called where nobody names it.
  static func standardName(_ question: Question?) -> String {
    "kept-\(question?.number ?? 0).csv"
  }

  /// Writes the file; when this returns, it is on the disk.
  func save(_ reader: MirrorReader, _ console: Console) throws {
    let bytes = path.hasSuffix(".json") ? Array((json + "\n").utf8) : try table(reader, console)
    do throws(MachineError) {
      try SystemFiles().createExclusive(path, bytes)
    } catch {
      guard error.isAlreadyThere else { throw error }
      throw Failure(
        "inbox.file-exists", "\(path) is there already, and nothing was decided",
        help: "name another file with --value", exit: .failed)
    }
  }

  private func table(_ reader: MirrorReader, _ console: Console) throws -> [UInt8] {
    let screen = try QuestionScreen(reader, console)
    var table = CSVWriter()
    table.record(["question", "record", "type", "id", "field", "before", "mine", "shop"])
    for part in parts {
      let title = try screen.subject(part.question).title
      let key = part.question.key
      for edit in part.edits {
        table.cell(number: String(part.question.number ?? 0))
        for text in [title, key.type.rawValue, key.id, edit.field] { table.cell(text) }
        for value in [edit.before, edit.mine, edit.shop] {
          table.cell(try screen.text(value, edit.field, of: key))
        }
        table.endRecord()
      }
    }
    var bytes: [UInt8] = []
    table.take { $0.withBytes { bytes = Array($0) } }
    return bytes
  }

  /// All parts as one JSON list.
  var json: String {
    FieldValue.list(
      parts.flatMap { part in
        part.edits.map { edit in
          FieldValue.object([
            .init("question", .integer(part.question.number ?? 0)),
            .init("type", .text(part.question.key.type.rawValue)),
            .init("id", .text(part.question.key.id)), .init("field", .text(edit.field)),
            .init("before", edit.before), .init("mine", edit.mine), .init("shop", edit.shop),
          ])
        }
      }
    ).json
  }
}
