import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol

/// What a person reads of the values of one record: fields and choices in the
/// words of its form, personal numbers masked.
struct ConflictWords {
  private let client: Client
  private let store: FieldStore
  private let labels: FieldLabels
  /// What the record is called.
  let title: String

  init(_ record: UniqueID, _ client: Client, in store: FieldStore) throws {
    self.client = client
    self.store = store
    guard let known = try store.record(record)?.record else {
      // It comes with another page of the feed.
      title = record.short
      labels = FieldLabels()
      return
    }
    title = known.title
    guard try store.form(known.kind) != nil else {
      labels = FieldLabels()
      return
    }
    labels = FieldLabels(
      try client.definition(of: known.kind, in: store), list: known.kind,
      language: client.streams.language.rawValue)
  }

  /// What a field is called.
  func label(of field: String) -> String {
    switch field {
    case "#grid": client.said(.columnGrid)
    case "#parent": client.said(.columnParent)
    case "#position": client.said(.columnPosition)
    case "#deleted": client.said(.columnDeleted)
    default: labels.label(of: field)
    }
  }

  /// The question that asks for a field; nil where the form has none.
  func question(of field: String) -> String? { labels.question(of: field) }

  /// A value as it may be shown.
  func text(_ value: FieldValue, of field: String) throws -> String {
    switch (field, value) {
    case (_, .null): client.said(.conflictEmpty)
    case ("#deleted", .bool(let isDeleted)):
      client.said(isDeleted ? .conflictDeleted : .conflictStays)
    case ("#grid", .text(let code)):
      try store.grids().first { $0.id == code }.map(Client.named) ?? code
    case ("#parent", .text(let text)):
      try UniqueID(text).flatMap { try store.record($0)?.record.title } ?? text
    case ("#position", .object(let place)): Self.place(place) ?? value.plain
    default: labels.words(for: Masking.shown(value, of: field), of: field)
    }
  }

  private static func place(_ members: [String: FieldValue]) -> String? {
    func number(_ name: String) -> Double? {
      switch members[name] {
      case .decimal(let number): number
      case .integer(let number): Double(number)
      default: nil
      }
    }
    guard let latitude = number("latitude"), let longitude = number("longitude") else { return nil }
    return Position(
      latitude: latitude, longitude: longitude, accuracy: number("accuracy"), source: .manual
    ).map(PositionText.shown)
  }

  /// Who wrote a value and when, by that device's clock.
  func author(_ author: Conflict.Author?) -> String {
    guard let author else { return client.said(.conflictSomebody) }
    let name = author.name.isEmpty ? author.worker : author.name
    return author.at.map { "\(name) \(client.shown($0))" } ?? name
  }

  /// Who wrote against this device, or both where it has no side.
  func others(in stored: StoredConflict) -> String {
    if let mine = stored.mine { return author(stored.author(of: mine.other)) }
    return author(stored.conflict.shownBy) + " / " + author(stored.conflict.keptBy)
  }
}
