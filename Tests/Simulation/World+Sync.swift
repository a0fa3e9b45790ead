import Contract
import LocalMirror
import Machine
import Merge
import SQL
public import Sync

extension EditorSite {
  /// What a plan showed of one operation.
  struct Shown: Hashable {
    var operation: Mutation.Operation
    var key: RecordKey
    var fields: [String: FieldValue]
    var adjustments: [String: Int64]

    init(_ planned: PlannedOperation) {
      operation = planned.operation
      key = planned.key
      fields = [:]
      adjustments = [:]
      for field in planned.fields {
        if let movement = field.movement {
          adjustments[field.name] = movement
        } else {
          fields[field.name] = field.value
        }
      }
    }
  }
}

extension World {
  /// The first editor pulls.
  public func pullOnce() throws -> PullReport { try report(ofPullBy: editors[0]) }

  func pull(_ editor: EditorSite) throws -> String {
    let report = try report(ofPullBy: editor)
    return "\(report.kind.rawValue) \(report.received) \(report.isComplete)"
  }

  func report(
    ofPullBy editor: EditorSite, from source: (any CatalogSource)? = nil
  ) throws -> PullReport {
    var options = Pull.Options()
    options.isSingleThreaded = true
    options.allowsShrink = true
    options.backoff.tries = 3
    options.rules = editor.rules
    let mirror = try editor.mirror()
    let report = try Pull(
      source: source ?? editor.line, mirror: mirror, connector: "model", options: options,
      time: editor.clock, random: editor.random
    ).run()
    try editor.learn(place: server.history.count)
    let epoch = try editor.look().text("SELECT epoch FROM sync_meta")
    if epoch != server.epoch {
      violate("I9", "editor \(editor.number) takes a restored server for the old one")
    }
    if report.reason == "the server's change log began anew" {
      note(.otherShop, "\(editor.number) \(epoch ?? "")")
    }
    return report
  }

  /// Plans twice, which must give the same bytes.
  func plan(_ editor: EditorSite) throws -> Plan {
    let mirror = try editor.mirror()
    let planner = Planner(capabilities: server.profile.capabilities, shop: "model")
    let state = try Settlement(mirror: mirror, rules: editor.rules).run()
    noteRows(state, editor)
    let plan = planner.plan(state)
    let again = planner.plan(try Settlement(mirror: mirror, rules: editor.rules).run())
    checked("G8")
    if PlanFile.hash(of: plan) != PlanFile.hash(of: again) {
      violate("G8", "the same mirror gave two plans")
    }
    try checkRules(plan, editor)
    return plan
  }

  /// A push of an editor.
  func push(of editor: EditorSite) throws -> Push {
    var options = Push.Options()
    options.backoff.tries = 3
    return Push(
      target: editor.line, mirror: try editor.mirror(), capabilities: server.profile.capabilities,
      // The world's clock is the server's, and what it says when it is asked who it is.
      shopNow: time.now,
      rules: editor.rules, options: options, time: editor.clock, random: editor.random)
  }

  func push(_ editor: EditorSite) throws -> String {
    try checkShop(editor)
    let push = try push(of: editor)
    let settled = try push.settleUnsettled()
    _ = try pull(editor)
    let plan = try plan(editor)
    let known = Set(editor.line.arrivals.map(\.request.mutation.id))
    let report = try push.run(plan)
    try checkShown(plan, editor, since: known)
    let words = report.items.map { "\($0.operation.rawValue) \($0.key) \($0.outcome.rawValue)" }
    return "\(settled.items.count) settled, \(plan.operations.count) planned, \(words)"
  }

  /// A push that loses the server, at any of its calls or at one of those that send, and does not get it
  /// back until it ends.
  func pushAway(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    guard random.below(2) == 0 else {
      editor.line.lose(fromCall: 1 + random.below(24))
      return try push(editor)
    }
    try checkShop(editor)
    let push = try push(of: editor)
    _ = try push.settleUnsettled()
    _ = try pull(editor)
    let plan = try plan(editor)
    let known = Set(editor.line.arrivals.map(\.request.mutation.id))
    editor.line.lose(fromCall: 1 + random.below(3))
    defer { editor.line.arm(nil) }
    let report = try push.run(plan)
    try checkShown(plan, editor, since: known)
    let words = report.items.map { "\($0.operation.rawValue) \($0.key) \($0.outcome.rawValue)" }
    return "\(plan.operations.count) planned, \(words)"
  }

  /// Looks whether the server is the known one before anything is sent, as every push does; if it is not,
  /// everything is compared first (row 30 of the taxonomy).
  private func checkShop(_ editor: EditorSite) throws {
    do {
      _ = try Push.check(editor.line, against: editor.mirror(), connector: "model")
    } catch let error as PushError where error.code == .otherShop {
      _ = try pull(editor)
      _ = try Push.check(editor.line, against: editor.mirror(), connector: "model")
    }
  }
}
