#include "ui/plan/parameter_fields.h"

#include "ui/parts/field_note.h"
#include "ui/parts/form_parts.h"
#include "work/text.h"
#include "work/window_words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>

namespace spillway {
namespace {

constexpr int fieldWidth = 150;

} // namespace

ParameterFields::ParameterFields(const WorkloadType& type, QWidget* parent)
    : QWidget(parent), type_(type)
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(6);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const Parameter& parameter : type.parameters)
        if (!parameter.written && !parameter.label) add(parameter, *form);
    alignLabels(form);
}

void ParameterFields::add(const Parameter& parameter, QFormLayout& form)
{
    Field field{.parameter = &parameter, .widget = nullptr, .note = nullptr};
    if (std::holds_alternative<bool>(parameter.fallback)) {
        auto* box = new QCheckBox(tr("yes"));
        connect(box, &QCheckBox::toggled, this, &ParameterFields::edited);
        field.widget = box;
    } else if (!parameter.choices.empty()) {
        auto* box = new QComboBox;
        for (const auto& choice : parameter.choices)
            box->addItem(text(choice));
        connect(box, &QComboBox::currentIndexChanged, this, &ParameterFields::edited);
        field.widget = box;
    } else {
        auto* edit = new QLineEdit;
        edit->setPlaceholderText(text(parameterText(parameter.fallback)));
        connect(edit, &QLineEdit::textChanged, this, &ParameterFields::edited);
        field.widget = edit;
    }
    field.widget->setFixedWidth(fieldWidth);
    field.widget->setObjectName(
        QStringLiteral("parameter-%1-%2").arg(text(type_.id), text(dashed(parameter.name))));
    field.widget->setAccessibleName(text(parameter.title));
    field.widget->setToolTip(text(parameter.meaning));
    field.note = new FieldNote(field.widget);
    setValueOf(field.widget, text(parameterText(parameter.fallback)));
    form.addRow(text(parameter.title), field.widget);
    form.addRow(field.note); // a row of its own has room for a sentence
    fields_.push_back(field);
}

QString ParameterFields::valueOf(const QWidget* widget)
{
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) return box->currentText();
    if (const auto* box = qobject_cast<const QCheckBox*>(widget))
        return box->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    const auto* edit = static_cast<const QLineEdit*>(widget);
    const QString written = edit->text().trimmed();
    return written.isEmpty() ? edit->placeholderText() : written;
}

void ParameterFields::setValueOf(QWidget* widget, const QString& value)
{
    if (auto* box = qobject_cast<QComboBox*>(widget)) box->setCurrentText(value);
    if (auto* box = qobject_cast<QCheckBox*>(widget))
        box->setChecked(value == QLatin1String("true"));
    if (auto* edit = qobject_cast<QLineEdit*>(widget)) edit->setText(value);
}

QWidget* ParameterFields::writeTo(Workload& workload)
{
    QWidget* wrong = nullptr;
    for (const Field& field : fields_) {
        const QString value = valueOf(field.widget);
        const bool usual = value == text(parameterText(field.parameter->fallback));
        const auto set =
            usual ? Result<void>() : setParameter(workload, field.parameter->name, utf8(value));
        field.note->say(set ? QString() : windowWords(set.error()));
        if (!set && !wrong) wrong = field.widget;
    }
    return wrong;
}

void ParameterFields::show(const Workload& workload)
{
    for (const Field& field : fields_)
        setValueOf(field.widget, text(parameterText(parameterOf(workload, field.parameter->name))));
}

QString ParameterFields::summary() const
{
    QStringList parts;
    for (const Field& field : fields_)
        if (const QString value = valueOf(field.widget);
            value != text(parameterText(field.parameter->fallback)))
            parts << QStringLiteral("%1 %2").arg(text(field.parameter->title), value);
    return parts.isEmpty() ? tr("as usual") : parts.join(QStringLiteral(", "));
}

} // namespace spillway
