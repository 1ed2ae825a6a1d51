#include <QImage>
#include <QPainter>
#include <QString>
#include <QSvgRenderer>

#include <cstdio>

/// render_icon DRAWING.svg SIDE PICTURE.png: the drawing as a square picture of SIDE pixels.
int main(int argc, char** argv)
{
    const int side = argc == 4 ? QByteArray(argv[2]).toInt() : 0;
    QSvgRenderer drawing;
    if (side < 1 || !drawing.load(QString::fromLocal8Bit(argv[1]))) {
        std::fputs("usage: render_icon DRAWING.svg SIDE PICTURE.png\n", stderr);
        return 2;
    }
    QImage picture(side, side, QImage::Format_ARGB32);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    drawing.render(&painter);
    painter.end();
    if (picture.save(QString::fromLocal8Bit(argv[3]), "PNG")) return 0;
    std::fprintf(stderr, "Cannot write %s\n", argv[3]);
    return 1;
}
