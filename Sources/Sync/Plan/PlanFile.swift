import Bytes
import Contract
import Formats
import Merge

/// A saved plan: one JSON document, an operation a line, the same bytes for the same plan. It holds no
/// time and no random name.
///
/// Its `hash` is SHA-256 of the document without it; a file that was changed by hand is refused.
public enum PlanFile {
  /// What the document calls itself; the number rises with every change that an older reader would
  /// misread.
  public static let format = "trumeau-plan/1"

  /// The document of a plan, with a line feed at its end.
  public static func text(of plan: Plan) -> String {
    let body = body(of: plan)
    return "{\"format\":\"\(format)\",\"hash\":\"\(hash(body))\"\(body)"
  }

  /// Names a plan: equal plans have equal hashes.
  public static func hash(of plan: Plan) -> String { hash(body(of: plan)) }

  private static func hash(_ body: String) -> String { "sha256:\(SHA256Digest(of: body).hex)" }

  private static func body(of plan: Plan) -> String {
    var text = ",\"shop\":\(FieldValue.text(plan.shop).json)"
    func list(_ name: String, _ values: [FieldValue]) {
      let lines = values.map { "\n\($0.json)" }.joined(separator: ",")
      text += ",\n\"\(name)\":[\(lines)]"
    }
    list("operations", plan.operations.map(value))
    list("blocked", plan.blocked.map(value))
    list("questions", plan.questions.map(value))
    list("unsettled", plan.unsettled.map(value))
    return text + "}\n"
  }

  /// Reads a plan.
  ///
  /// - Throws: `PlanError` with `unreadable` or `changed`.
  public static func read(_ text: String) throws(PlanError) -> Plan {
    let document: FieldValue
    do {
      document = try FieldValue(json: text)
    } catch {
      throw PlanError(.unreadable, "this is no plan: \(error)")
    }
    guard document["format"]?.text == format else {
      throw PlanError(
        .unreadable, "this is no plan, or one of another version of trumeau",
        help: "Make it anew with `trumeau plan -o FILE`.")
    }
    guard let plan = plan(document) else {
      throw PlanError(.unreadable, "a part of the plan is missing or of another kind")
    }
    guard document["hash"]?.text == hash(of: plan) else {
      throw PlanError(
        .changed, "the plan was changed after it was made",
        help: "A plan is pushed as it was shown; make it anew with `trumeau plan -o FILE`.")
    }
    return plan
  }
}

/// Why a saved plan cannot be used.
public struct PlanError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// The file is no plan.
    case unreadable = "plan.unreadable"
    /// The file is not as it was written.
    case changed = "plan.changed"
    /// The plan is for another shop.
    case otherShop = "plan.other-shop"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to do about it.
  public let help: String?

  /// Makes an error from its parts.
  public init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// One line for a person.
  public var description: String { message }
}
