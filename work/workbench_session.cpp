#include "session/measuring_lock.h"
#include "work/workbench.h"

/// Which session is open: made, opened, saved under another name, and looked at for what another
/// program writes into it.
namespace spillway {

Result<Workbench::Opened> Workbench::load(SessionStore& store, bool readOnly)
{
    const auto version = store.dataVersion();
    if (!version) return version.error();
    auto content = readContent(store);
    if (!content) return content.error();
    return Opened{.path = store.path(),
                  .readOnly = readOnly,
                  .version = *version,
                  .content = std::move(*content)};
}

void Workbench::replaceSession(Opener open, std::function<void()> then,
                               std::function<void(const Error&)> otherwise)
{
    keeper_.ask(
        this,
        [open = std::move(open)](std::optional<SessionStore>& current) -> Result<Opened> {
            bool readOnly = false;
            auto store = open(readOnly);
            if (!store) return store.error();
            auto opened = load(*store, readOnly);
            if (opened) current = std::move(*store);
            return opened;
        },
        [this, then = std::move(then), otherwise = std::move(otherwise)](Result<Opened> opened) {
            if (!opened) {
                otherwise ? otherwise(opened.error()) : emit failed(opened.error());
                return;
            }
            show(std::move(*opened));
            if (then) then();
        });
}

void Workbench::show(Opened opened)
{
    sessionPath_ = std::move(opened.path);
    readOnly_ = opened.readOnly;
    content_ = std::move(opened.content);
    deletedRuns_.clear();
    removedDatasets_.clear();
    datasetStates_.clear();
    followed_ = false;
    seenVersion_ = opened.version;
    remember(sessionPath_);
    emit sessionChanged();
    emit datasetsChanged();
    emit plansChanged();
    emit recordsChanged();
    checkDatasets();
}

void Workbench::look()
{
    if (!hasSession() || measuring_ || looking_) return;
    struct Seen {
        bool measured = false;
        std::int64_t version = 0;
        std::optional<Opened> opened; ///< when it has changed since
    };
    looking_ = true;
    keeper_.ask(
        this,
        [path = sessionPath_, before = seenVersion_,
         readOnly = readOnly_](std::optional<SessionStore>& store) -> Result<Seen> {
            if (!store || store->path() != path) return noSession();
            Seen seen{.measured = MeasuringLock::isTaken(path), .version = 0, .opened = {}};
            const auto version = store->dataVersion();
            if (!version) return version.error();
            seen.version = *version;
            if (before == *version) return seen;
            auto opened = load(*store, readOnly);
            if (!opened) return opened.error();
            seen.opened = std::move(*opened);
            return seen;
        },
        [this](Result<Seen> seen) {
            looking_ = false;
            if (!seen || measuring_) return; // the next look may be luckier
            seenVersion_ = seen->version;
            if (seen->opened && seen->opened->path == sessionPath_) {
                content_ = std::move(seen->opened->content);
                emit datasetsChanged();
                emit plansChanged();
                emit recordsChanged();
                checkDatasets(); // those that another program added, too
            }
            setFollowed(seen->measured);
        });
}

void Workbench::setFollowed(bool followed)
{
    if (followed == followed_) return;
    followed_ = followed;
    emit followedChanged();
    emit plansChanged(); // whether anything can be started has changed
    emit recordsChanged();
}

void Workbench::remember(const std::filesystem::path& path)
{
    Settings settings = settings_;
    settings.recentSessions = withRecent(settings.recentSessions, path);
    settings.welcomed = true;
    setSettings(settings);
    recent_.set(settings_.recentSessions);
}

void Workbench::newSession(const std::filesystem::path& path)
{
    replaceSession([path](bool&) { return SessionStore::create(path); });
}

Workbench::Opener Workbench::openerOf(const std::filesystem::path& path)
{
    return [path](bool& readOnly) -> Result<SessionStore> {
        auto store = SessionStore::open(path);
        // What was deleted when it was last open can no longer be undone.
        if (store)
            if (auto purged = store->purgeDeleted(); !purged) return purged.error();
        if (store || store.error().code != ErrorCode::NotPermitted) return store;
        readOnly = true;
        return SessionStore::openReadOnly(path);
    };
}

void Workbench::openSession(const std::filesystem::path& path)
{
    replaceSession(openerOf(path), [this] { emit sessionOpened(); });
}

void Workbench::saveSessionAs(const std::filesystem::path& path)
{
    keeper_.ask(
        this,
        [path](std::optional<SessionStore>& store) -> Result<void> {
            if (!store) return noSession();
            return store->saveAs(path);
        },
        [this, path](const Result<void>& saved) {
            if (saved)
                replaceSession(openerOf(path));
            else
                emit failed(saved.error());
        });
}

void Workbench::withSession(QObject* receiver, std::function<void()> then,
                            std::function<void(const Error&)> otherwise)
{
    if (hasSession()) {
        then();
        return;
    }
    const std::filesystem::path folder =
        settings_.sessionFolder.empty() ? sessionDirectory() : settings_.sessionFolder;
    const QPointer<QObject> guard(receiver);
    replaceSession([folder](bool&) { return createSessionIn(folder); },
                   [guard, then = std::move(then)] {
                       if (guard) then();
                   },
                   [this, guard, otherwise = std::move(otherwise)](const Error& error) {
                       if (guard && otherwise)
                           otherwise(error);
                       else
                           emit failed(error);
                   });
}

} // namespace spillway
