import Testing

@testable import Delivery
@testable import Spool

@Suite struct DestinationQueuesTests {
    private func entry(_ number: Int) -> EntryReference {
        let digits = String(number)
        let id = String(repeating: "0", count: 15 - digits.utf8.count) + digits
        return EntryReference(id: id, place: .queue(due: 60))
    }

    private func number(_ item: DestinationQueues.Item?) -> Int? { item.flatMap { Int($0.reference.id) } }

    @Test("the queues take turns, and each keeps its order")
    func turns() {
        var queues = DestinationQueues(concurrency: 10)
        for number in 0..<3 { queues.add(entry(number), to: "a") }
        for number in 10..<13 { queues.add(entry(number), to: "b") }
        queues.add(entry(20), to: DestinationQueues.local)
        #expect(queues.count == 7 && queues.count(for: "a") == 3 && queues.count(for: "c") == 0)
        var taken: [Int] = []
        while let item = queues.take() { taken.append(number(item) ?? -1) }
        #expect(taken == [0, 10, 20, 1, 11, 2, 12])
        #expect(queues.count == 0)
    }

    @Test("no more than so many of one destination are worked at; this machine has no limit")
    func concurrency() {
        var queues = DestinationQueues(concurrency: 2)
        func next() -> Int? { number(queues.take()) }
        for number in 0..<4 { queues.add(entry(number), to: "a") }
        for number in 10..<15 { queues.add(entry(number), to: DestinationQueues.local) }
        var taken: [DestinationQueues.Item] = []
        while let item = queues.take() { taken.append(item) }
        #expect(taken.map { number($0) } == [0, 10, 1, 11, 12, 13, 14])
        #expect(next() == nil, "the third has to wait")
        queues.finish(taken[1])
        #expect(next() == nil, "another queue's end is no help")
        queues.finish(taken[0])
        #expect(next() == 2)
        #expect(next() == nil)
        queues.finish(taken[2])
        #expect(next() == 3)
        #expect(queues.count == 0)
    }

    @Test("what waits can be taken back; what is worked at counts on")
    func removal() {
        var queues = DestinationQueues(concurrency: 1)
        func next() -> Int? { number(queues.take()) }
        for number in 0..<3 { queues.add(entry(number), to: "a") }
        queues.add(entry(9), to: "b")
        guard let first = queues.take() else {
            Issue.record("there are four")
            return
        }
        let removed = queues.removeAll().map { Int($0.id) }
        #expect(removed == [1, 2, 9])
        #expect(queues.count == 0 && next() == nil)
        queues.add(entry(5), to: "a")
        #expect(next() == nil)
        queues.finish(first)
        #expect(next() == 5)
    }

    @Test("however they are added and taken, each comes once, and in order within its queue")
    func property() {
        var random = Random(7)
        for _ in 0..<20 {
            var queues = DestinationQueues(concurrency: 3)
            var added = 0
            var order: [String: [Int]] = [:]
            var running: [DestinationQueues.Item] = []
            var seen: [Int] = []
            var name: [Int: String] = [:]
            for _ in 0..<5000 {
                switch random.below(3) {
                case 0:
                    let destination = ["", "a", "b", "c"][random.below(4)]
                    name[added] = destination
                    queues.add(entry(added), to: destination)
                    added += 1
                case 1:
                    guard let item = queues.take(), let number = number(item) else { break }
                    running.append(item)
                    seen.append(number)
                    order[name[number] ?? "?", default: []].append(number)
                default:
                    if !running.isEmpty {
                        queues.finish(running.remove(at: random.below(running.count)))
                    }
                }
                for destination in ["a", "b", "c"] {
                    let busy = running.filter { number($0).flatMap { name[$0] } == destination }.count
                    #expect(busy <= 3)
                }
            }
            #expect(Set(seen).count == seen.count && queues.count == added - seen.count)
            for numbers in order.values { #expect(numbers == numbers.sorted()) }
        }
    }
}
