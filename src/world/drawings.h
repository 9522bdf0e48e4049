// The drawings of all things that are no characters, each facing right in units about 100 wide.
#pragma once

#include "world/pen.h"

namespace diptych::world {

using Drawing = void (*)(const Pen&);

// shapes.cc
void DrawCircle(const Pen& pen);
void DrawSquare(const Pen& pen);
void DrawTriangle(const Pen& pen);
void DrawStar(const Pen& pen);
void DrawHeart(const Pen& pen);
// vehicles.cc
void DrawBus(const Pen& pen);
void DrawCar(const Pen& pen);
void DrawTruck(const Pen& pen);
void DrawTrain(const Pen& pen);
void DrawBicycle(const Pen& pen);
void DrawSailingBoat(const Pen& pen);
void DrawShip(const Pen& pen);
void DrawAeroplane(const Pen& pen);
void DrawHotAirBalloon(const Pen& pen);
void DrawRocket(const Pen& pen);
// buildings.cc
void DrawHouse(const Pen& pen);
void DrawCastle(const Pen& pen);
void DrawLighthouse(const Pen& pen);
void DrawTower(const Pen& pen);
void DrawTent(const Pen& pen);
void DrawWindmill(const Pen& pen);
// plants.cc
void DrawTree(const Pen& pen);
void DrawPalm(const Pen& pen);
void DrawFir(const Pen& pen);
void DrawFlower(const Pen& pen);
void DrawCactus(const Pen& pen);
void DrawMushroom(const Pen& pen);

}  // namespace diptych::world
