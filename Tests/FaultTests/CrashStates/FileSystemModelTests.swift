import Foundation
import Testing

/// The model finds what is wrong with deliveries that are wrong, and nothing wrong with one that is right.
@Suite("the model of a crash")
struct FileSystemModelTests {
    private let message = SampleMessage(number: 1, size: 2000)

    /// A Maildir whose three directories are on stable storage.
    private struct Site {
        var model = FileSystemModel()
        let temporary: Int
        let new: Int

        init() {
            let mail = model.makeDirectory()
            model.link(mail, FileSystemModel.root, "mail")
            temporary = model.makeDirectory()
            new = model.makeDirectory()
            model.link(temporary, mail, "tmp")
            model.link(new, mail, "new")
            model.syncAll()
        }
    }

    private enum Step { case create, write, syncFile, rename, syncDirectory, link, unlink }

    /// Problems at any moment, and copies that the poorest state after the end holds.
    private func examine(_ steps: [Step]) -> (partial: Int, copiesAtEnd: Int) {
        var site = Site()
        var generator = SeededGenerator(seed: 7)
        var file = 0
        var partial = 0
        for step in steps {
            switch step {
            case .create:
                file = site.model.makeFile()
                site.model.link(file, site.temporary, "x")
            case .write: site.model.write(file, at: 0, message.delivered)
            case .syncFile: site.model.sync(file)
            case .rename: site.model.rename(site.temporary, "x", to: site.new, "x")
            case .link: site.model.link(file, site.new, "x")
            case .unlink: site.model.unlink(site.temporary, "x")
            case .syncDirectory: site.model.sync(site.new)
            }
            for state in site.model.crashStates(limit: 2000, using: &generator) {
                partial += CrashJudge.partial(state, [message]).count
            }
        }
        let ends = site.model.crashStates(limit: 2000, using: &generator).map {
            CrashJudge.copies($0, message)
        }
        return (partial, ends.min() ?? 0)
    }

    @Test("a right delivery is never partial and is there at the end")
    func rightDelivery() {
        for steps: [Step] in [
            [.create, .write, .syncFile, .rename, .syncDirectory],
            [.create, .write, .syncFile, .link, .unlink, .syncDirectory],
            [.create, .write, .syncFile, .link, .syncDirectory, .unlink],
        ] {
            let (partial, copies) = examine(steps)
            #expect(partial == 0 && copies == 1)
        }
    }

    @Test("a name that is published before the data are synced is found")
    func renamedTooEarly() {
        let (partial, _) = examine([.create, .write, .rename, .syncFile, .syncDirectory])
        #expect(partial > 0)
    }

    @Test("data that are never synced are found")
    func neverSynced() {
        let (partial, copies) = examine([.create, .write, .rename, .syncDirectory])
        #expect(partial > 0 && copies == 0)
    }

    @Test("a directory that is not synced loses the message")
    func directoryNotSynced() {
        let (partial, copies) = examine([.create, .write, .syncFile, .rename])
        #expect(partial == 0 && copies == 0)
    }

    @Test("a directory that was made and whose parent was not synced loses what is in it")
    func parentNotSynced() {
        var site = Site()
        var generator = SeededGenerator(seed: 7)
        let folder = site.model.makeDirectory()
        let mail = site.model.inode(["mail"]) ?? 0
        site.model.link(folder, mail, "new2")
        let file = site.model.makeFile(message.delivered)
        site.model.sync(file)
        site.model.link(file, folder, "x")
        site.model.sync(folder)
        let lost = site.model.crashStates(limit: 100, using: &generator).filter { $0.files.isEmpty }
        #expect(!lost.isEmpty)
        site.model.sync(mail)
        let kept = site.model.crashStates(limit: 100, using: &generator).filter { !$0.files.isEmpty }
        #expect(kept.count == 1)
    }

    @Test("what was appended may be cut anywhere, what was synced before stays")
    func appended() {
        var model = FileSystemModel()
        var generator = SeededGenerator(seed: 3)
        let file = model.makeFile(Data("first\n".utf8))
        model.link(file, FileSystemModel.root, "journal")
        model.syncAll()
        model.write(file, at: 6, Data("second\n".utf8))
        let states = model.crashStates(limit: 100, using: &generator).compactMap { $0.files.first?.contents }
        #expect(states.count > 3)
        #expect(states.allSatisfy { $0.prefix(6) == Data("first\n".utf8) })
        #expect(states.contains(Data("first\nsecond\n".utf8)) && states.contains(Data("first\n".utf8)))
    }

    @Test("a rename never loses the file")
    func renameIsWhole() {
        var model = FileSystemModel()
        var generator = SeededGenerator(seed: 3)
        let one = model.makeDirectory()
        let other = model.makeDirectory()
        model.link(one, FileSystemModel.root, "one")
        model.link(other, FileSystemModel.root, "other")
        let file = model.makeFile()
        model.link(file, one, "x")
        model.syncAll()
        model.rename(one, "x", to: other, "y")
        #expect(model.crashStates(limit: 100, using: &generator).allSatisfy { !$0.files.isEmpty })
        model.sync(one)
        let paths = model.crashStates(limit: 100, using: &generator).map { $0.files.map(\.path) }
        #expect(paths == [["other/y"]])
    }

    @Test("more states than the limit are sampled, the poorest and the richest among them")
    func sampled() {
        var model = FileSystemModel()
        var generator = SeededGenerator(seed: 3)
        for number in 0..<20 { model.link(model.makeFile(), FileSystemModel.root, "\(number)") }
        let counts = model.crashStates(limit: 500, using: &generator).map(\.files.count)
        #expect(counts.count == 500 && counts.min() == 0 && counts.max() == 20)
    }
}
