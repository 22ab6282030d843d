"""A made-up metal, written as a user would: a folder of small tables."""

from __future__ import annotations

from pathlib import Path

import pytest

TABLES = {
    "chain": "key,value\nname,unobtainium\nbase_year,2030\ncontroller,AA\nhub,\n",
    "elements": "element,name,oxide,oxide_per_metal,traded,surplus\nUn,unobtainium,Un2O3,1.2,yes,no\n",
    "regions": "region,name\nAA,Aland\nBB,Bland\nCC,Cland\n",
    "groups": "group,name\nlamps,Lamps\narms,Arms\n",
    "goods": (
        "good,stage,unit,element,tagged,hs\nore,feed,t REO,,,\nUn solution,solution,t REO,Un,,\n"
        "Un oxide,oxide,t REO,Un,yes,9999\n"
    ),
    "content": "good,element,content\nore,Un,1\nUn solution,Un,1\nUn oxide,Un,1\n",
    "processes": "process,kind\nmine ore,mine\nseparate ore,separate\nfinish Un,finish\n",
    "recipes": (
        "process,good,quantity,spread\nmine ore,ore,1,no\nseparate ore,ore,-1,no\nseparate ore,ore,0.9,yes\n"
        "finish Un,Un solution,-1,no\nfinish Un,Un oxide,1,no\n"
    ),
    "plants": (
        "process,region,base,low,high,cost,elasticity,spare,note\nmine ore,AA,1200,1000,1400,2,0.5,0.3,assumption\n"
        "mine ore,BB,200,150,250,3,0.5,0.3,assumption\nseparate ore,AA,,,,1,0.5,0.3,assumption\n"
        "separate ore,BB,,,,1,0.5,0.3,assumption\nfinish Un,AA,,,,1,1,0.3,assumption\n"
        "finish Un,BB,,,,1,1,0.3,assumption\n"
    ),
    "routes": (
        "good,origin,destination,base,low,high,cost,note\nUn oxide,AA,BB,300,250,350,0.5,assumption\n"
        "Un oxide,AA,CC,200,150,250,0.5,assumption\nUn oxide,BB,CC,40,20,60,0.5,assumption\n"
    ),
    "uses": (
        "region,good,group,base,low,high,elasticity,lost_output,note\nAA,Un oxide,lamps,600,500,700,0.3,20,assumption\n"
        "BB,Un oxide,lamps,400,350,450,0.3,18,assumption\nCC,Un oxide,lamps,180,150,210,0.3,18,assumption\n"
        "BB,Un oxide,arms,40,35,45,0.3,22,assumption\nCC,Un oxide,arms,40,35,45,0.3,22,assumption\n"
    ),
    "stocks": (
        "region,good,holder,months,note\nAA,Un oxide,trader,1.5,assumption\nBB,Un oxide,user,1,assumption\n"
        "CC,Un oxide,user,2,assumption\n"
    ),
    "prices": "region,good,price,note\nAA,Un oxide,30,assumption\nAA,ore,10,assumption\nBB,ore,10,assumption\n",
    "targets": "name,measure,base\n",
}


def write_chain(folder: Path) -> Path:
    """The tables of the made-up metal in a folder."""
    folder.mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    return write_chain(tmp_path / "unobtainium")
