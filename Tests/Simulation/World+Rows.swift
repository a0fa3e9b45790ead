import Contract
import LocalMirror
import Merge
import Sync

extension World {
  /// Counts a row of the taxonomy that comes up without a question, once for each thing that it is
  /// about.
  func note(_ kind: ConflictKind, _ about: String) {
    if extras.seenRows.insert("\(kind.rawValue) \(about)").inserted {
      figures.rows[kind, default: 0] += 1
    }
  }

  /// Counts the rows that only show in what was settled: remarks, moved paragraphs, and records of which
  /// each side changed other fields.
  func noteRows(_ state: Settlement.State, _ editor: EditorSite) {
    for record in state.records {
      let place = "\(editor.number) \(record.key)"
      for remark in record.remarks { note(remark, place) }
      for field in record.fields {
        if field.notes.contains(where: { $0.kind == .moved }) {
          note(.textMoved, "\(place) \(field.name) \(field.local.value.json)")
        }
      }
      guard server.profile.hasVersions, let version = record.server?.version,
        record.question == nil, record.operation == .none
      else { continue }
      let others = record.fields.filter {
        $0.outgoing != nil && $0.shop == $0.local.base && version > $0.local.baseVersion
      }
      for field in others { note(.differentFields, "\(place) \(field.name) \(version)") }
    }
  }
}

/// What a world remembers beside its server and editors.
struct WorldExtras {
  /// Rows of the taxonomy that were counted, with what they were about.
  var seenRows: Set<String> = []
  /// A backup of the server.
  var backup: ServerModel.Saved?
  /// How many members and handles scenes have made.
  var made = 10
}
