import Bytes
import Liquid

/// The core `date` with the named formats of themes, and `time_tag`.
enum DateFilters {
  static func add(to dialect: inout Dialect) {
    guard let core = dialect.filter(named: "date") else {
      preconditionFailure("core Liquid has date")
    }
    dialect.addFilter("date", arity: 0...1) { context, input, arguments throws(LiquidError) in
      guard let name = arguments.named(formatName).map({ context.string(of: $0) }) else {
        guard arguments.count == 1 else {
          throw LiquidError(.argument, "wrong number of arguments (given 1, expected 2)")
        }
        return try core(&context, input, arguments)
      }
      guard let moment = Moment(input, &context) else { return input }
      let host = try StorefrontDialect.host(&context)
      return try context.build { buffer in
        host.appendDate(moment.instant, named: name, isDay: moment.isDay, to: &buffer)
      }
    }
    dialect.addFilter("time_tag", arity: 0...1) { context, input, arguments throws(LiquidError) in
      try timeTag(input, arguments, core, &context)
    }
  }

  private static let formatName = Symbols.shared.intern("format")

  /// A day or an instant as records and content write it.
  private struct Moment {
    let written: String
    let isDay: Bool
    let instant: Instant

    init?(_ input: Value, _ context: inout RenderContext) {
      if let seconds = input.integer {
        instant = Instant(seconds: seconds)
        isDay = false
        written = instant.rfc3339
        return
      }
      written = context.string(of: input)
      if written == "now" || written == "today" {
        context.note(clock: .instant)
        instant = context.now
        isDay = false
        return
      }
      isDay = CivilDate(written) != nil
      // Noon is the same day in every zone.
      guard let instant = Instant(rfc3339: isDay ? "\(written)T12:00:00Z" : written) else {
        return nil
      }
      self.instant = instant
    }

    /// For `datetime`: HTML's `time` knows three digits of a second at most.
    var machineText: String { isDay ? written : Instant(seconds: instant.seconds).rfc3339 }
  }

  private static func timeTag(
    _ input: Value, _ arguments: Arguments, _ core: FilterBody, _ context: inout RenderContext
  ) throws(LiquidError) -> Value {
    guard !input.isNull else { return .null }
    guard let moment = Moment(input, &context) else { return input }
    let host = try StorefrontDialect.host(&context)
    var text = ByteBuffer(capacity: 48)
    if arguments.named(formatName) == nil, arguments.count == 1 {
      let shown = try core(&context, input, arguments)
      text.append(context.bytes(of: shown))
    } else {
      let name = arguments.named(formatName).map { context.string(of: $0) } ?? "date"
      host.appendDate(moment.instant, named: name, isDay: moment.isDay, to: &text)
    }
    var element = HTMLElement("time")
    element.set("datetime", moment.machineText)
    element.set(arguments, without: [formatName], &context)
    let shown = text.string
    return try context.build(safe: true) { element.append(text: shown, to: &$0) }
  }
}
