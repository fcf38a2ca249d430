// A session out of what was kept of it, and of a record that is edited.

import Domain

extension FormSession {
  static func makesRecords(
    _ definition: FormDefinition, inside schema: Int, otherThan entity: Int?
  ) -> Bool {
    definition.entities.indices.contains { place in
      guard place != entity else { return false }
      return definition.skeleton.chain(to: definition.entities[place].scope).contains(schema)
    }
  }

  func prefill(_ place: Int, _ node: FormNode, _ value: FieldValue) {
    let text: String
    switch value {
    case .text(let words): text = words
    case .integer(let number): text = String(number)
    case .decimal(let number): text = NumberText.string(number)
    case .bool(let flag): text = flag ? "1" : "0"
    case .null: return
    case .array, .object:
      leftOver.append(SavedAnswer(ref: node.path, value: value.plain))
      unread.insert(place)
      return
    }
    let answer = Answer.parse(
      text, as: node.type, offsetSeconds: environment.timeZoneOffsetSeconds)
    if answer == nil, !text.isEmpty {
      leftOver.append(SavedAnswer(ref: node.path, value: text))
      unread.insert(place)
    }
    instance.setAnswer(text.isEmpty ? nil : answer, of: place)
  }

  func restore(_ saved: SavedAnswers) {
    for count in saved.repeats { restore(count) }
    for answer in saved.answers { restore(answer) }
    for ref in saved.unread ?? [] { restoreUnread(ref) }
  }

  private func restore(_ count: SavedAnswers.RepeatCount) {
    do {
      // The reference of a repeat leads to the instance before which it stands.
      guard case .next(let schema, let parent, let inside) = try locate(count.ref + "[1]"),
        inside.isEmpty, count.count <= Self.instanceLimit
      else { return }
      for _ in 0..<max(0, count.count) { _ = instance.append(repeat: schema, to: parent) }
    } catch {
      if count.count > 0 { leftOver.append(SavedAnswer(ref: count.ref, value: "\(count.count)")) }
    }
  }

  private func restore(_ saved: SavedAnswer) {
    do {
      let node = try existing(saved.ref)
      let offset = environment.timeZoneOffsetSeconds
      guard instance.form(node).questionType != nil,
        let answer = Answer.parse(saved.value, as: instance.form(node).type, offsetSeconds: offset)
      else {
        leftOver.append(saved)
        return
      }
      instance.setAnswer(answer, of: node)
    } catch {
      leftOver.append(saved)
    }
  }

  private func restoreUnread(_ ref: String) {
    // A newer form may have no such question: then nothing is changed there.
    do { unread.insert(try existing(ref)) } catch {}
  }

  /// The session as values, to be kept between two key presses.
  public var savedAnswers: SavedAnswers {
    var saved = SavedAnswers(
      form: definition.id, version: definition.version, language: evaluator.language,
      subject: subject, repeats: [], answers: [], current: current)
    collect(0, into: &saved)
    if !unread.isEmpty { saved.unread = unread.map { instance.reference($0) }.sorted() }
    return saved
  }

  private func collect(_ node: Int, into saved: inout SavedAnswers) {
    if let answer = instance.nodes[node].answer {
      saved.answers.append(
        SavedAnswer(
          ref: instance.reference(node),
          value: answer.text(offsetSeconds: environment.timeZoneOffsetSeconds)))
    }
    for (schema, children) in zip(instance.form(node).children, instance.nodes[node].children) {
      if definition.nodes[schema].kind == .repeats {
        saved.repeats.append(
          .init(
            ref: instance.reference(node) + "/" + definition.nodes[schema].name,
            count: children.count))
      }
      for child in children { collect(child, into: &saved) }
    }
  }
}
