// Carries the precompiled headers of a folder of tests (cmake/Rooms.cmake).
int main() {}
