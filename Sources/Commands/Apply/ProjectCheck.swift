import Diagnostics
import Fleet
import Modules
import OrderedCollections
import Playbooks

/// Checks playbooks with one or several inventories: what is wrong, each mistake once.
struct ProjectCheck {
    let registry: ModuleRegistry
    let files: any ProjectFiles
    /// Each the paths of one site's inventory.
    let inventories: [[String]]
    /// Names of extra variables.
    let given: Set<String>

    /// Every mistake, in the order of files and lines.
    func problems(of playbooks: [String]) -> [Problem] {
        let templating = Templating(files: files)
        var sites: [Problem: OrderedSet<String>] = [:]
        for path in playbooks {
            let reading = PlaybookLoader(registry: registry, files: files).read(path)
            for inventory in inventories {
                let site = InventoryReading(inventory, playbookDirectory: reading.playbook.directory)
                let check = StaticCheck(
                    reading, inventory: site, given: given.union(SitePlaybook.variables(of: path)), files: files,
                    templating: templating)
                for problem in check.problems() {
                    sites[problem, default: []].append(inventory.joined(separator: ", "))
                }
            }
        }
        return Problems(sites.map { naming($0.value, in: $0.key) }).all
    }

    /// With several inventories, a mistake that not all of them have says with which.
    private func naming(_ sites: OrderedSet<String>, in problem: Problem) -> Problem {
        guard inventories.count > 1, sites.count < inventories.count, problem.isOfInventory(sites) == false else {
            return problem
        }
        var named = problem
        named.message += " (with \(sites.joined(separator: "; ")))"
        return named
    }
}

extension Problem {
    /// It stands in the inventory itself, or beside it.
    fileprivate func isOfInventory(_ sites: OrderedSet<String>) -> Bool {
        guard let file = place?.file else { return true }
        return sites.contains { $0 == file }
    }
}
