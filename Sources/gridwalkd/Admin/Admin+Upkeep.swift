import CLI
import CentralCore
import Domain

extension Admin {
  func check() throws {
    let telling = CheckTelling(streams)
    let isJSON = isJSON
    let report = try Examination(of: try centre()).run { stage, count in
      if !isJSON { telling.tell(stage, count) }
    }
    let faults = report.faults.map(\.words)
    if isJSON {
      var facts = [
        "lanes": report.lanes, "operations": report.operations, "photos": report.photos,
        "records": report.records, "conflicts": report.conflicts, "changes": report.changes,
        "leftovers": report.leftovers, "faultCount": report.faultCount,
      ].mapValues { FieldValue.integer(Int64($0)) }
      facts["faults"] = .array(faults.map(FieldValue.text))
      try result(.object(facts))
    } else {
      streams.tell(
        .checked(lanes: report.lanes, operations: report.operations, photos: report.photos))
      streams.tell(
        .checkedRecords(report.records, conflicts: report.conflicts, changes: report.changes))
      if report.leftovers > 0 { streams.tell(.checkLeftovers(report.leftovers)) }
      if faults.isEmpty { streams.tell(.checkSound) }
    }
    guard faults.isEmpty else {
      let more = report.faultCount - faults.count
      throw Failure(
        isJSON ? [] : faults.map(Sentence.checkFault) + (more > 0 ? [.checkMore(more)] : []),
        code: .failure)
    }
  }

  func backUp() throws {
    let destination = try operand(0)
    do {
      let photos = try Backup(of: try centre()).run(into: destination)
      if !isJSON { streams.tell(.revocationsUndone(destination)) }
      try say(
        .backedUp(destination, photos: photos),
        json: ["directory": .text(destination), "photos": .integer(Int64(photos))])
    } catch CentralStoreFault.exists {
      throw Failure(.centreExists(destination), code: .conflict)
    }
  }
}
