import Contract
import Machine

extension World {
  /// What happens to the server once in a while.
  func happenToServer(_ action: Step.Action, _ random: SeededRandom) -> String {
    func any(_ types: Set<ResourceType>) -> RecordKey? {
      let some = server.keys.filter { types.contains($0.type) }
      return some.isEmpty ? nil : some[random.below(some.count)]
    }
    switch action {
    case .withdrawRecord:
      guard let key = any([.product, .translation, .price]) else { return "nothing" }
      return "\(key) \(server.withdraw(key))"
    case .shareAgain:
      server.shareAgain()
    case .addField:
      guard let key = any([.product, .variant]) else { return "nothing" }
      server.addNovelty(key, .integer(Int64(1 + random.below(9))))
      return "\(key)"
    case .backUpServer: extras.backup = server.save()
    case .restoreServer:
      guard let backup = extras.backup else { return "there is no backup" }
      server.restoreBackup(backup)
    case .trimLog: server.keep(days: 30)
    default: break
    }
    return "done"
  }
}
