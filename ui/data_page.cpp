#include "ui/data_page.h"

#include "measure/machine.h"
#include "ui/dataset_list.h"
#include "ui/form_parts.h"
#include "ui/generate_panel.h"
#include "ui/icons.h"
#include "ui/notice_bar.h"
#include "ui/open_panel.h"
#include "ui/text.h"
#include "ui/welcome_panel.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace spillway {
namespace {

constexpr Bytes trySize = 200'000'000;
/// The paper used 1.1–1.2 × RAM on its machines; half an hour of runs allows about so much.
constexpr Bytes paperSize = 2'000'000'000;

} // namespace

DataPage::DataPage(Workbench& workbench, RunController& runs, QWidget* parent)
    : Page(workbench, runs, parent),
      stack_(new QStackedWidget),
      welcome_(new WelcomePanel(workbench)),
      notice_(new NoticeBar),
      list_(new DatasetList(workbench)),
      tabs_(new QTabWidget),
      generate_(new GeneratePanel(workbench)),
      open_(new OpenPanel(workbench))
{
    setAcceptDrops(true);
    stack_->addWidget(scrolled(welcome_));
    stack_->addWidget(buildDesk());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(stack_);
    connectParts();
    refresh();
}

QWidget* DataPage::buildDesk()
{
    tabs_->addTab(generate_, lineIcon(QStringLiteral("add")), tr("Generate"));
    tabs_->addTab(open_, lineIcon(QStringLiteral("folder")), tr("Open"));
    tabs_->setDocumentMode(true);
    list_->setMinimumWidth(230);
    list_->setMaximumWidth(320);
    auto* desk = new QWidget;
    auto* outer = new QVBoxLayout(desk);
    outer->setContentsMargins(16, 14, 12, 12);
    outer->setSpacing(10);
    outer->addWidget(notice_);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(18);
    columns->addWidget(list_, 2);
    columns->addWidget(tabs_, 5);
    outer->addLayout(columns, 1);
    return desk;
}

void DataPage::connectParts()
{
    connect(welcome_, &WelcomePanel::tryRequested, this, &DataPage::tryIt);
    connect(welcome_, &WelcomePanel::paperRequested, this, &DataPage::repeatPaper);
    connect(welcome_, &WelcomePanel::openRequested, this, [this] {
        showOpen();
        open_->browse();
    });
    connect(list_, &DatasetList::addRequested, this, [this] {
        showOpen();
        open_->browse();
    });
    connect(generate_, &GeneratePanel::generated, &workbench(), &Workbench::addDataset);
    connect(open_, &OpenPanel::accepted, &workbench(), &Workbench::addDataset);
    connect(&workbench(), &Workbench::datasetAdded, this, &DataPage::onAdded);
    connect(&workbench(), &Workbench::sessionChanged, this, &DataPage::refresh);
    connect(&workbench(), &Workbench::sessionChanged, notice_, &NoticeBar::clear);
}

void DataPage::showWelcome()
{
    leftWelcome_ = false;
    stack_->setCurrentIndex(0);
}

void DataPage::showGenerate()
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    tabs_->setCurrentWidget(generate_);
}

void DataPage::showOpen()
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    tabs_->setCurrentWidget(open_);
}

void DataPage::tryIt()
{
    GeneratorSpec spec;
    spec.bytes = trySize;
    spec.signal = 4;
    presetAfter_ = QStringLiteral("quick");
    showGenerate();
    generate_->setSpec(spec);
    generate_->generateNow();
}

void DataPage::repeatPaper()
{
    GeneratorSpec spec;
    spec.bytes = paperSize;
    spec.signal = 0;
    presetAfter_ = QStringLiteral("paper");
    showGenerate();
    generate_->setSpec(spec);
    const double factor = static_cast<double>(totalRam()) / static_cast<double>(paperSize);
    notice_->show(
        NoticeBar::Kind::Info,
        tr("The paper's data were 1.1 to 1.2 times the machine's memory. This starts with "
           "%1, %2 of this machine's %3, so that the runs take about half an hour. Take "
           "a larger size if you have the time, or set the plan's memory limit below it "
           "to make it oversized.")
            .arg(bytesText(paperSize),
                 tr("1/%1").arg(QString::number(factor, 'f', factor < 10 ? 1 : 0)),
                 bytesText(totalRam())));
}

void DataPage::onAdded(const QString& fingerprint)
{
    leftWelcome_ = true;
    stack_->setCurrentIndex(1);
    list_->select(fingerprint);
    if (!presetAfter_.isEmpty()) {
        emit presetRequested(std::exchange(presetAfter_, {}));
        return;
    }
    const auto& datasets = workbench().datasets();
    const auto found = std::ranges::find(datasets, utf8(fingerprint), &Dataset::fingerprint);
    if (found == datasets.end()) return;
    notice_->show(NoticeBar::Kind::Info, tr("%1 is in the session.").arg(text(found->name)));
    QPushButton* plan = notice_->addAction(tr("Plan a comparison"));
    connect(plan, &QPushButton::clicked, this, [this] {
        notice_->clear();
        emit planPageRequested();
    });
}

void DataPage::refresh()
{
    const bool nothing = workbench().datasets().empty() && workbench().records().empty();
    if (!nothing || workbench().hasSession()) leftWelcome_ = true;
    stack_->setCurrentIndex(leftWelcome_ ? 1 : 0);
}

void DataPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.front().isLocalFile()) return;
    event->acceptProposedAction();
    const QString path = urls.front().toLocalFile();
    if (path.endsWith(QLatin1String(".spillway"))) {
        workbench().openSession(pathOf(path));
        return;
    }
    showOpen();
    open_->inspect(path);
}

} // namespace spillway
