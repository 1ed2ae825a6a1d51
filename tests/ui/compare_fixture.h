#pragma once

#include "live_runs.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/why_dialog.h"
#include "ui/parts/table_model.h"
#include "window_fixture.h"

#include "session/session_store.h"

#include <QFile>
#include <QPushButton>
#include <QTabBar>

#include <memory>
#include <string>
#include <vector>

namespace spillway {

/// A Compare page at its size in a window of 1280×720, and sessions of made-up runs for it.
class CompareFixture {
protected:
    void makePage()
    {
        const auto options = fixture_.options();
        workbench_ =
            std::make_unique<Workbench>(options.engines, options.settings, SettingsWriter());
        runs_ = std::make_unique<RunController>(*workbench_, options.guardProgram);
        page_ = std::make_unique<ComparePage>(*workbench_, *runs_);
        page_->resize(1120, 644);
        page_->show();
    }

    void dropPage()
    {
        page_.reset();
        runs_.reset();
        workbench_.reset();
    }

    QTabBar* tabs() const { return page_->findChild<QTabBar*>(); }
    void chooseTab(const char* title)
    {
        for (int i = 0; i < tabs()->count(); ++i)
            if (tabs()->tabText(i) == QLatin1String(title)) tabs()->setCurrentIndex(i);
    }
    TableView* table(const char* name) const { return named<TableView>(name); }

    template <class Widget>
    Widget* named(const char* accessibleName) const
    {
        for (auto* widget : page_->findChildren<Widget*>())
            if (widget->accessibleName() == QLatin1String(accessibleName)) return widget;
        return nullptr;
    }

    /// Opened by its button.
    WhyDialog* why()
    {
        for (auto* button : page_->findChildren<QPushButton*>())
            if (button->text() == "Why?") button->click();
        return page_->findChild<WhyDialog*>();
    }

    /// A file of an export into `folder`.
    QString exportedText(const char* folder, const std::string& name)
    {
        const auto directory = fixture_.path(folder);
        if (!page_->exportAll(directory)) qFatal("No export.");
        QFile file(pathText(directory / name));
        if (!file.open(QIODevice::ReadOnly)) qFatal("%s was not exported.", name.c_str());
        return QString::fromUtf8(file.readAll());
    }

    std::filesystem::path sessionWith(const std::vector<RunRecord>& records)
    {
        const auto path = fixture_.path(("s" + std::to_string(++sessions_) + ".spillway").c_str());
        auto store = SessionStore::create(path);
        for (const auto& record : records)
            if (!store || !store->addRun(record, {}, {})) qFatal("The session cannot be written.");
        return path;
    }

    static RunRecord finished(const char* engine, int workers, double seconds)
    {
        return recordOf(plannedRun(cellOf(engine, "default", workers), 1), 0, RunStatus::Ok,
                        seconds);
    }

    WindowFixture fixture_;
    std::unique_ptr<Workbench> workbench_;
    std::unique_ptr<RunController> runs_;
    std::unique_ptr<ComparePage> page_;

private:
    int sessions_ = 0;
};

} // namespace spillway
