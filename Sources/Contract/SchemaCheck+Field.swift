import Bytes
import Formats

extension ResourceSchema {
  /// Checks a value that is to become one field of a record: what is wrong with it, at most 50
  /// faults, each with a pointer that begins at the field. A null is fine where the field may be
  /// absent.
  public func faults(of value: FieldValue, in field: String) -> [SchemaFault] {
    guard let kind = RecordFields.kind(of: field, in: type) else { return [] }
    let (name, member) = RecordFields.split(field)
    if value.isNull {
      let isRequired = attributes.first { $0.name == name }?.isRequired ?? false
      guard isRequired, member == nil else { return [] }
      return [SchemaFault(.missing, at: "/\(name)", "every \(type.rawValue) has one")]
    }
    guard let tape = try? JSON.parse(value.json) else { return [] }  // it was written as JSON
    var checker = SchemaChecker(isReading: false, tape: tape)
    checker.check(tape.value, kind, Place("", field))
    return checker.faults
  }
}
