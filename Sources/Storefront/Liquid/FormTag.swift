import Bytes
import Liquid

/// `form`: a static page has nobody to answer it, so forms of contact and of buying are sent to
/// addresses that the storefront's settings give.
enum FormTag {
  /// Types that a static page can have.
  static let types = ["contact", "product"]

  static func add(to dialect: inout Dialect) {
    dialect.addTag(
      TagDefinition("form", kind: .block) { context, call throws(LiquidError) in
        try form(call, &context)
      })
  }

  private static let formName = Symbols.shared.intern("form")
  private static let idName = Symbols.shared.intern("id")
  private static let returnName = Symbols.shared.intern("return_to")

  private static func form(_ call: TagCall, _ context: inout RenderContext) throws(LiquidError) {
    let type = context.string(of: call.arguments[0])
    let host = try StorefrontDialect.host(&context)
    guard let action = host.theme.formActions[type] else { throw ThemeErrors.noForm(type) }
    var element = HTMLElement("form")
    element.set("method", "post")
    element.set("action", action)
    element.set("accept-charset", "UTF-8")
    element.set(call.arguments, without: [returnName], &context)
    element.append(to: &context.output)
    hidden("form_type", type, &context)
    if let target = call.arguments.named(returnName) {
      hidden("return_to", context.string(of: target), &context)
    }
    if type == "product", call.arguments.count > 1 {
      let id = try context.member(of: call.arguments[1], idName)
      hidden("product-id", context.string(of: id), &context)
    }
    var builder = TapeBuilder()
    builder.beginObject()
    builder.member(Key.id, element["id"] ?? "\(type)_form")
    // What a server would say after it was sent.
    builder.member(Key.postedSuccessfully, false)
    builder.key("errors")
    builder.appendNull()
    builder.end()
    try context.pushScope()
    context.set(formName, context.value(builder.finish().value))
    try call.renderBody(&context)
    context.popScope()
    context.output.append("</form>")
  }

  private static func hidden(_ name: String, _ value: String, _ context: inout RenderContext) {
    var input = HTMLElement("input")
    input.set("type", "hidden")
    input.set("name", name)
    input.set("value", value)
    input.append(to: &context.output)
  }
}
