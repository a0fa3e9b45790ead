import Machine
public import Support

/// One thing that happens in a simulated world. It carries its own seed, so that a run can leave steps
/// out and the others stay what they are.
public struct Step: Sendable, Hashable, CustomStringConvertible {
  /// What happens.
  public enum Action: String, Sendable, CaseIterable {
    /// Staff change a field at the shop's own screens.
    case staffEdit = "staff-edit"
    /// Staff make a product.
    case staffCreate = "staff-create"
    /// Staff delete a record.
    case staffDelete = "staff-delete"
    /// The ERP sets a price.
    case erpPrice = "erp-price"
    /// The ERP moves stock.
    case erpStock = "erp-stock"
    /// A record is served in a form that fits no schema, or put right.
    case poison
    /// The server forgets old cursors.
    case expireCursors = "expire-cursors"
    /// The server's log begins anew.
    case newEpoch = "new-epoch"
    /// Stamps of what follows become visible late, or in time again.
    case commitLag = "commit-lag"
    /// Time passes: hours, days.
    case wait
    /// An editor's clock jumps.
    case clockJump = "clock-jump"
    /// An editor changes a field.
    case edit
    /// An editor changes the field again that was changed last.
    case editAgain = "edit-again"
    /// An editor makes a product with its parts.
    case create
    /// An editor deletes a record.
    case delete
    /// An editor takes edits back.
    case withdraw
    /// An editor swaps the handles of two products.
    case swapNames = "swap-names"
    /// An editor pulls.
    case pull
    /// An editor pulls, plans and pushes.
    case push
    /// The server goes away while an editor pushes, and is back for what comes next.
    case pushAway = "push-away"
    /// An editor answers questions of the inbox.
    case resolve
    /// An editor takes the last push back.
    case undo
    /// The folder of an editor is put back from a copy of earlier.
    case restoreFolder = "restore-folder"
    /// The program starts anew.
    case restart
    /// A short sequence that brings up a row of the taxonomy.
    case scene
    /// The file of a product is written, to be edited.
    case writeFile = "write-file"
    /// A person changes a file.
    case editFile = "edit-file"
    /// A person makes a file unreadable.
    case spoilFile = "spoil-file"
    /// A person removes, renames or copies a file.
    case moveFile = "move-file"
    /// What stands in files is taken in, and files are brought up to date.
    case takeInFiles = "take-in-files"
    /// An editor writes a spreadsheet.
    case exportSheet = "export-sheet"
    /// An editor changes the spreadsheet and takes it in.
    case importSheet = "import-sheet"
    /// The folder of an editor is copied.
    case backUp = "back-up"
    /// An editor's machine becomes the clone of another's.
    case cloneFolder = "clone-folder"
    /// The program is replaced by a newer one while requests are on their way.
    case upgrade
    /// A record is no longer shared with the editors.
    case withdrawRecord = "withdraw-record"
    /// What was not shared is shared again.
    case shareAgain = "share-again"
    /// Records of the server get a field that is new.
    case addField = "add-field"
    /// The server is backed up.
    case backUpServer = "back-up-server"
    /// The server's backup is put back.
    case restoreServer = "restore-server"
    /// The server forgets what is older than a month.
    case trimLog = "trim-log"
  }

  /// What happens.
  public var action: Action
  /// Which editor, where one is concerned.
  public var editor: Int
  /// Decides all else.
  public var seed: UInt64
  /// What the network does, and at which call of the step.
  public var callFault: CallFault?
  /// See `callFault`.
  public var call = 1
  /// What the disk does, and at which call of the step.
  public var diskFault: DiskFault?
  /// See `diskFault`.
  public var diskCall = 1

  /// One line.
  public var description: String {
    var text = "\(action.rawValue) \(editor) \(seed)"
    if let callFault { text += " [\(callFault.rawValue) at call \(call)]" }
    if let diskFault { text += " [disk \(diskFault.rawValue) at \(diskCall)]" }
    return text
  }

  private static let weights: [(Action, Int)] = [
    (.staffEdit, 14), (.staffCreate, 1), (.staffDelete, 1), (.erpPrice, 3), (.erpStock, 3),
    (.poison, 1), (.expireCursors, 1), (.newEpoch, 1), (.commitLag, 1), (.wait, 2),
    (.clockJump, 1), (.edit, 30), (.editAgain, 3), (.create, 2), (.delete, 2), (.withdraw, 2),
    (.swapNames, 1), (.pull, 12), (.push, 15), (.resolve, 7), (.undo, 1), (.restoreFolder, 1),
    (.restart, 1), (.scene, 10), (.writeFile, 2), (.editFile, 6), (.spoilFile, 1), (.moveFile, 2),
    (.takeInFiles, 4), (.exportSheet, 1), (.importSheet, 2), (.backUp, 1), (.cloneFolder, 1),
    (.upgrade, 1), (.withdrawRecord, 1), (.shareAgain, 1), (.addField, 1), (.backUpServer, 1),
    (.restoreServer, 1), (.trimLog, 1),
  ]

  /// The steps of a run.
  ///
  /// - Parameter faultPercent: how many of the steps that speak to the server or the disk go wrong.
  public static func steps(
    seed: UInt64, count: Int, editors: Int, faultPercent: Int
  ) -> [Step] {
    let random = SeededRandom(seed: seed)
    let total = weights.reduce(0) { $0 + $1.1 }
    return (0..<count).map { _ in
      var draw = random.below(total)
      var action = Action.edit
      for (one, weight) in weights {
        if draw < weight {
          action = one
          break
        }
        draw -= weight
      }
      var step = Step(action: action, editor: random.below(editors), seed: random.next())
      let speaks = action == .pull || action == .push
      if speaks, random.below(100) < faultPercent {
        step.callFault = CallFault.allCases[random.below(CallFault.allCases.count)]
        step.call = 1 + random.below(action == .push ? 20 : 6)
      } else if action == .push, step.seed % 10 == 0 {
        step.action = .pushAway
      }
      let stores: Set<Action> = [
        .pull, .push, .edit, .create, .delete, .resolve, .undo, .takeInFiles, .importSheet,
      ]
      if stores.contains(action), random.below(100) < faultPercent / 3 {
        step.diskFault = DiskFault.allCases[random.below(DiskFault.allCases.count)]
        step.diskCall = 1 + random.below(speaks ? 60 : 12)
      }
      return step
    }
  }
}

/// A hash over all that happened in a run: two runs of one seed must agree in it (invariant I17).
public struct Trace: Sendable {
  /// The hash so far (FNV-1a, 64 bits).
  public private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// The lines, where they are kept.
  public private(set) var lines: [String] = []
  let keepsLines: Bool

  /// Starts an empty trace.
  public init(keepsLines: Bool = false) { self.keepsLines = keepsLines }

  mutating func note(_ line: @autoclosure () -> String) {
    let line = line()
    for byte in line.utf8 {
      hash ^= UInt64(byte)
      hash &*= 0x100_0000_01B3
    }
    if keepsLines { lines.append(line) }
  }
}
