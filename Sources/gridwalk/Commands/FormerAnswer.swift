import CLI
import Domain
import FormEngine
import Terminal

// Answers that a newer version of the form has no place for. They stay with the
// draft, come back when a version has their question again, and go into the
// record as fields of their own.

/// An answer to a question that is gone, or that takes no such answer any more.
struct FormerAnswer: Codable, Equatable {
  /// `/data/member[2]/name`.
  var ref: String
  /// The answer as the form kept it.
  var value: String
  /// What the question was called.
  var label: String?
  /// The answer as a person read it: a choice by its label.
  var shown: String?

  /// Before the name of the question, in the name of the record's field.
  static let fieldPrefix = "former_"

  /// The field of the record that a reference belongs to: `former_size`, and in a
  /// repeat that has no record of its own `former_room[2]_size`.
  func field(inside record: String) -> String {
    let path = ref.hasPrefix(record + "/") ? ref.dropFirst(record.utf8.count) : ref[...]
    let pieces = path.split(separator: "/")
    let first = pieces.firstIndex { $0.hasSuffix("]") } ?? max(0, pieces.count - 1)
    return Self.fieldPrefix + pieces[first...].joined(separator: "_")
  }

  /// `房屋面积：80`; personal numbers masked.
  var sentence: Sentence {
    let name = label ?? AnswerWords.shortRef(ref)
    let saved = SavedAnswer(ref: ref, value: value)
    let masked = AnswerWords.shown(saved)
    return .answerAndValue(
      DisplayText.line(name), DisplayText.line(masked == value ? shown ?? value : masked))
  }

  /// For programs.
  var json: FieldValue {
    .object([
      "ref": .text(ref), "label": .words(label),
      "value": .text(AnswerWords.shown(SavedAnswer(ref: ref, value: value))),
    ])
  }
}

extension FormFilling.DraftContent {
  /// The answers to open the draft with: former ones too, in case this version
  /// of the form asks for them again.
  var answersToRestore: SavedAnswers {
    var answers = self.answers
    let known = Set(answers.answers.map(\.ref))
    answers.answers += (formerAnswers ?? []).filter { !known.contains($0.ref) }
      .map { SavedAnswer(ref: $0.ref, value: $0.value) }
    return answers
  }
}
