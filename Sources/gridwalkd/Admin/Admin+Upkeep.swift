import CLI
import CentralCore
import Domain

extension Admin {
  func check() throws {
    let report = try Examination(of: try centre()).run()
    let faults = report.faults.map(Self.words)
    if isJSON {
      try result([
        "lanes": .integer(Int64(report.lanes)), "operations": .integer(Int64(report.operations)),
        "photos": .integer(Int64(report.photos)), "faults": .array(faults.map(FieldValue.text)),
      ])
    } else {
      streams.tell(
        .checked(lanes: report.lanes, operations: report.operations, photos: report.photos))
      if faults.isEmpty { streams.tell(.checkSound) }
    }
    guard faults.isEmpty else {
      throw Failure(isJSON ? [] : faults.map(Sentence.checkFault), code: .failure)
    }
  }

  private static func words(_ fault: Examination.Fault) -> String {
    switch fault {
    case .engine(let text): "database: \(text)"
    case .gap(let lane, let seq): "journal \(lane.device) \(lane.lane.rawValue): \(seq) missing"
    case .chain(let lane, let seq): "journal \(lane.device) \(lane.lane.rawValue): \(seq) altered"
    case .position(let lane): "journal \(lane.device) \(lane.lane.rawValue): position"
    case .photoMissing(let photo): "photo \(photo) missing"
    case .photoAltered(let photo): "photo \(photo) altered"
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
