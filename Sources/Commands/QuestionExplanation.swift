import CommandTree
import Merge

/// `trumeau explain KIND`: what a kind of question means, what happens while nobody answers, and what can
/// be chosen.
enum QuestionExplanation {
  static func show(_ kind: ConflictKind, _ console: Console) -> ExitCode {
    console.say("\(console.bold(kind.rawValue)): \(kind.title)\n")
    console.say(ExplainCommand.wrapped(meaning(of: kind.standard)))
    if let setting = setting(of: kind) { console.say("\n" + ExplainCommand.wrapped(setting)) }
    if !kind.alternatives.isEmpty {
      console.say("\nWhat can be chosen, with `trumeau conflicts resolve N --as …`:")
      for choice in kind.alternatives where choice != .later {
        console.say("  \(choice.rawValue.padding(to: 14)) \(choice.label)")
      }
    }
    console.json(
      Document("explain") { document in
        document.field("kind", kind.rawValue)
        document.field("row", kind.row)
        document.field("title", kind.title)
        document.field("meaning", meaning(of: kind.standard))
        document.field("setting", setting(of: kind))
        document.list("choices", kind.alternatives) { document, choice in
          document.field("choice", choice.rawValue)
          document.field("label", choice.label)
        }
      }.text)
    return .done
  }

  /// What the settings have to say about a kind.
  private static func setting(of kind: ConflictKind) -> String? {
    switch kind {
    case .priceGuard:
      "It is asked where a price moves by more than `editing.price_limit` in trumeau.yaml says (30% "
        + "unless it is set), to or from nothing, below zero, or into another currency."
    case .readOnly: "Who may change a field stands under `fields` in trumeau.yaml."
    default: nil
    }
  }

  private static func meaning(of action: StandardAction) -> String {
    switch action {
    case .ask:
      "You are asked. Until you answer, the shop's value stands in the shop and yours is kept here."
    case .keepAndAsk: "Nothing is thrown away, and you are asked what shall become of it."
    case .confirm: "It is sent as soon as you say that it is meant."
    case .accept: "There is nothing to do. It stands in the log."
    case .merge: "Both are put together by themselves. It stands in the log."
    case .takeShop: "The shop's value is taken. It stands in the log."
    case .refuse: "It is not taken at all, and you are told why."
    case .stop: "Nothing is sent until it is settled."
    case .markStale: "The value is kept and shown as out of date."
    case .hideAndKeep: "The record is no longer shown; your edits are kept."
    }
  }
}
