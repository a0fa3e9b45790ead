import Bytes
import Contract

/// One change of a stock level: to a number that depends on the number seen, or by a difference.
struct StockCommand {
  enum Change {
    /// From the number seen, nil where there was no level, to another.
    case set(from: Int64?, to: Int64)
    /// By so many pieces.
    case adjust(Int64)
  }

  /// Which level.
  enum Level {
    case id(String)
    case place(variant: String, location: String)
  }

  let change: Change
  let level: Level
  /// Names the attempt at this command alone.
  let key: String?
  /// The command as it was sent.
  let value: TapeValue

  /// What a level may be. Below zero it gets only by a command that says so (`set`), never by a
  /// movement.
  static let range: ClosedRange<Int64> = -2_147_483_647...2_147_483_647

  private static let members = ["op", "id", "variant", "location", "from", "to", "delta", "key"]

  /// Reads a command; nil where faults were found.
  init?(_ value: TapeValue, at pointer: String, _ faults: inout [Problem.Fault]) {
    guard value.kind == .object else {
      faults.append(
        .init(pointer: pointer, code: "wrong-type", message: "an object is needed here"))
      return nil
    }
    let before = faults.count
    func fault(_ name: String, _ code: SchemaFault.Code, _ message: String) {
      faults.append(
        .init(pointer: "\(pointer)/\(name)", code: code.rawValue, message: message))
    }
    func number(_ name: String, _ range: ClosedRange<Int64>) -> Int64 {
      guard let member = value[name] else {
        fault(name, .missing, "\(name) is required")
        return 0
      }
      guard let number = member.integer else {
        fault(name, .wrongType, "a whole number is needed here")
        return 0
      }
      if !range.contains(number) {
        fault(
          name, .outOfRange, "a number from \(range.lowerBound) to \(range.upperBound) is needed")
      }
      return number
    }
    func identifier(_ name: String) -> String? {
      guard let member = value[name] else { return nil }
      guard let text = member.string, RecordID.isValid(text) else {
        faults.append(Problem.identifierFault("\(pointer)/\(name)"))
        return nil
      }
      return text
    }
    faults += Problem.unknownMembers(of: value, known: Self.members, at: pointer)
    var wanted: Change?
    switch value["op"]?.string {
    case "set":
      if value["delta"] != nil { fault("delta", .unknownMember, "set has from and to") }
      let from = value["from"]?.isNull == true ? nil : number("from", Self.range)
      wanted = .set(from: from, to: number("to", Self.range))
    case "adjust":
      for name in ["from", "to"] where value[name] != nil {
        fault(name, .unknownMember, "adjust has delta")
      }
      wanted = .adjust(number("delta", -Self.range.upperBound...Self.range.upperBound))
    default: fault("op", .notAllowed, "set or adjust is needed here")
    }
    let ids = (identifier("id"), identifier("variant"), identifier("location"))
    var named: Level?
    switch ids {
    case (let id?, nil, nil): named = .id(id)
    case (nil, let variant?, let location?): named = .place(variant: variant, location: location)
    default:
      if faults.count == before {
        fault("variant", .notExactlyOne, "either id, or variant and location, are needed")
      }
    }
    if let key = value["key"], key.string.map(IdempotencyKey.isValid) != true {
      fault("key", .badFormat, "1 to 255 visible ASCII characters are needed")
    }
    guard faults.count == before, let wanted, let named else { return nil }
    change = wanted
    level = named
    key = value["key"]?.string
    self.value = value
  }
}
